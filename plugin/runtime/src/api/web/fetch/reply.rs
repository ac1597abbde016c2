//! Decodes the reply to a `fetch`: a `Response`, or an error as on the web.

use boa_engine::{Context, JsNativeError, JsObject, JsValue};

use super::{super::abort::AbortSignal, response::Response};
use crate::{
    api::http::HttpResponse,
    fault,
    isolate::{DecodeError, ReplyDecoder, api_error_of},
};

/// A `fetch` that waits for its reply.
pub(super) struct FetchReply {
    /// The key by which it can be aborted.
    pub(super) key: u64,
    /// The requested URL.
    pub(super) url: String,
    /// Whether a redirect is an error.
    pub(super) refuses_redirects: bool,
    pub(super) signal: JsObject,
}

impl ReplyDecoder for FetchReply {
    fn decode(self: Box<Self>, reply: &str, context: &mut Context) -> Result<JsValue, DecodeError> {
        let mut answer = HttpResponse::read(reply)?;
        if self.refuses_redirects && (300..400).contains(&answer.status) && answer.headers.contains_key("location") {
            let message = format!(
                "fetch: the response is a redirect (status {}), which `redirect: 'error'` does not allow",
                answer.status
            );
            return Err(api_error_of(JsNativeError::typ(), fault::HTTP_REDIRECTS, message, context).into());
        }
        let body = answer.take_body();
        Ok(Response::of_response(answer, body, &self.url, context)?)
    }

    /// `fetch` fails with a `TypeError`, as on the web.
    fn error_class(&self) -> JsNativeError {
        JsNativeError::typ()
    }

    fn replied(&self) {
        // Its signal has nothing to abort any more.
        AbortSignal::forget(&self.signal, self.key);
    }

    fn abort_key(&self) -> Option<u64> {
        Some(self.key)
    }
}
