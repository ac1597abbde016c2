//! How the reply to a call becomes the value of its promise: each caller hands over its own way.

use boa_engine::{Context, JsError, JsNativeError, JsResult, JsValue};

use crate::{fault::Code, protocol::CallError};

/// Reads the reply to one call. A function of the reply's JSON text is one.
pub(crate) trait ReplyDecoder {
    /// The value that the promise is fulfilled with.
    fn decode(self: Box<Self>, reply: &str, context: &mut Context) -> Result<JsValue, DecodeError>;

    /// The class of the error when the outside refuses the call.
    fn error_class(&self) -> JsNativeError {
        JsNativeError::error()
    }

    /// Called when the reply is there, before it is read: with a value or an error.
    fn replied(&self) {}

    /// Names the call for `abort_call`; none when it cannot be ended before its reply.
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

/// Why a reply has no value.
pub(crate) enum DecodeError {
    /// The promise is rejected with this.
    Thrown(JsError),
    /// The call has failed in this way: the script gets an error with the code, at the place of the call.
    Refused(Code, CallError),
}
