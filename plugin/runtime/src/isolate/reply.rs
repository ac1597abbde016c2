//! Converts the reply to a call to the value of its promise. Each caller supplies its own decoder.

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue};

use crate::{fault::Code, protocol::CallError};

/// Decodes the reply to one call. Implemented for functions of the reply's JSON text.
pub(crate) trait ReplyDecoder {
    /// Returns the value that the promise is fulfilled with.
    fn decode(self: Box<Self>, reply: &str, context: &mut Context) -> Result<JsValue, DecodeError>;

    /// Returns the class of the error if the host rejects the call.
    fn error_class(&self) -> JsNativeError {
        JsNativeError::error()
    }

    /// Called when the reply has arrived, before it is decoded: for a value or an error.
    fn replied(&self) {}

    /// Returns the key of the call for `abort_call`; `None` if it cannot be aborted.
    fn abort_key(&self) -> Option<u64> {
        None
    }
}

impl<F: FnOnce(&str, &mut Context) -> JsResult<JsValue>> ReplyDecoder for F {
    fn decode(self: Box<Self>, reply: &str, context: &mut Context) -> Result<JsValue, DecodeError> {
        self(reply, context).map_err(DecodeError::Thrown)
    }
}

impl From<JsError> for DecodeError {
    fn from(error: JsError) -> Self {
        Self::Thrown(error)
    }
}

/// Why a reply could not be decoded.
pub(crate) enum DecodeError {
    /// The promise is rejected with this error.
    Thrown(JsError),
    /// The call has failed: the script gets an error with this code at the position of the call.
    Refused(Code, CallError),
}
