//! `Response`: the result of a `fetch`; an endpoint may return one.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction, Trace,
    class::{Class, ClassBuilder},
    js_string,
    property::Attribute,
};

use super::{
    super::{CLASS, accessors, methods, pairs::Pair, tag},
    headers::Headers,
    message::{self, Content, Message, with},
    option, options, text,
};
use crate::{
    api::http::{Body, HttpResponse},
    builtins::json_text,
};

/// Statuses without a body.
const WITHOUT_BODY: [u16; 4] = [101, 204, 205, 304];
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];

#[derive(Debug, Trace, Finalize, JsData)]
pub(super) struct Response {
    status: u16,
    status_text: JsString,
    headers: JsObject,
    url: String,
    redirected: bool,
    #[unsafe_ignore_trace]
    kind: &'static str,
    content: Content,
}

impl Message for Response {
    const NAME: &'static str = "Response";

    fn content(&mut self) -> &mut Content {
        &mut self.content
    }
}

impl Class for Response {
    const NAME: &'static str = "Response";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, <Self as Class>::NAME);
        accessors(
            class,
            &[
                ("ok", |this, _, _| get(this, |response| (200..300).contains(&response.status).into()), None),
                ("status", |this, _, _| get(this, |response| response.status.into()), None),
                ("statusText", |this, _, _| get(this, |response| response.status_text.clone().into()), None),
                ("headers", |this, _, _| get(this, |response| response.headers.clone().into()), None),
                ("url", |this, _, _| get(this, |response| JsString::from(response.url.as_str()).into()), None),
                ("redirected", |this, _, _| get(this, |response| response.redirected.into()), None),
                ("type", |this, _, _| get(this, |response| JsString::from(response.kind).into()), None),
            ],
        );
        methods(class, &[("clone", 0, clone)]);
        message::define::<Self>(class);
        class.static_method(js_string!("json"), 1, NativeFunction::from_fn_ptr(json));
        class.static_method(js_string!("error"), 0, NativeFunction::from_fn_ptr(error));
        class.static_method(js_string!("redirect"), 1, NativeFunction::from_fn_ptr(redirect));
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let body = message::body_of(args.get_or_undefined(0), "Response", context)?;
        Self::made(body, args.get_or_undefined(1), context)
    }
}

impl Response {
    /// Creates the response to a request for the URL `asked`.
    pub(super) fn of_response(
        answer: HttpResponse,
        body: Body,
        asked: &str,
        context: &mut Context,
    ) -> JsResult<JsValue> {
        let cookies = answer.cookies.into_iter().map(|value| ("set-cookie".to_owned(), value));
        let named = answer.headers.into_iter().filter(|(name, _)| name != "set-cookie");
        let named = named.map(|(name, value)| (name, value.as_str().unwrap_or_default().to_owned()));
        let pairs: Vec<Pair> = named.chain(cookies).collect();
        let response = Self {
            status: answer.status,
            status_text: JsString::from(reason(answer.status)),
            headers: Headers::from_data(Headers::of_response(pairs), context)?,
            redirected: answer.url != asked.split('#').next().unwrap_or(asked),
            url: answer.url,
            kind: "basic",
            content: Content::of(Some(body).filter(|_| !WITHOUT_BODY.contains(&answer.status))),
        };
        Self::from_data(response, context).map(JsValue::from)
    }

    /// Creates a response of a script from a body with its content type and options.
    fn made(body: Option<(Body, Option<&'static str>)>, init: &JsValue, context: &mut Context) -> JsResult<Self> {
        let init = options(init, "Response")?;
        let status = option(init.as_ref(), "status", context)?;
        let status = if status.is_undefined() { 200 } else { status_of(&status, context)? };
        let status_text = option(init.as_ref(), "statusText", context)?;
        let status_text = if status_text.is_undefined() { js_string!() } else { status_text.to_string(context)? };
        let given = option(init.as_ref(), "headers", context)?;
        let mut headers = Headers::read(&given, context)?;
        if body.is_some() && WITHOUT_BODY.contains(&status) {
            return Err(wrong(&format!("a Response with status {status} cannot have a body")));
        }
        if let Some((_, Some(kind))) = &body {
            headers.default_to("content-type", kind);
        }
        Ok(Self {
            status,
            status_text,
            headers: Headers::from_data(headers, context)?,
            url: String::new(),
            redirected: false,
            kind: "default",
            content: Content::of(body.map(|(body, _)| body)),
        })
    }
}

/// Returns status, headers and body of an endpoint's response; consumes the body.
pub(super) fn parts(object: &JsObject) -> JsResult<(u16, JsObject, Option<Body>)> {
    with::<Response, _>(&object.clone().into(), |response| {
        let body = response.content.take()?;
        Ok((response.status, response.headers.clone(), body))
    })?
}

/// Returns status, headers and URL of a response.
pub(super) fn shown(object: &JsObject) -> Option<(u16, JsObject, String)> {
    let response = object.downcast_ref::<Response>()?;
    Some((response.status, response.headers.clone(), response.url.clone()))
}

fn status_of(given: &JsValue, context: &mut Context) -> JsResult<u16> {
    let number = given.to_number(context)?;
    if number.fract() != 0.0 || !(200.0..=599.0).contains(&number) {
        let message = "the status of a Response must be a whole number from 200 to 599";
        return Err(JsNativeError::range().with_message(message).into());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok(number as u16)
}

/// `Response.json(data, options?)`
fn json(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(text) = json_text(args.get_or_undefined(0), context)? else {
        return Err(wrong("Response.json: the value cannot be converted to JSON"));
    };
    let body = Body::of_text("the body of a Response", text);
    let response = Response::made(Some((body, Some("application/json"))), args.get_or_undefined(1), context)?;
    Response::from_data(response, context).map(JsValue::from)
}

/// `Response.error()`: status 0, as for a network error.
fn error(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut response = Response::made(None, &JsValue::undefined(), context)?;
    (response.status, response.kind) = (0, "error");
    Response::from_data(response, context).map(JsValue::from)
}

/// `Response.redirect(url, status?)`
fn redirect(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let address = text(args, 0, context)?;
    let status = args.get_or_undefined(1);
    let status = if status.is_undefined() { 302 } else { status_of(status, context)? };
    if !REDIRECTS.contains(&status) {
        let message = "Response.redirect: the status must be one of 301, 302, 303, 307, 308";
        return Err(JsNativeError::range().with_message(message).into());
    }
    let mut headers = Headers::default();
    headers.default_to("location", &address);
    let mut response = Response::made(None, &JsValue::undefined(), context)?;
    (response.status, response.headers) = (status, Headers::from_data(headers, context)?);
    Response::from_data(response, context).map(JsValue::from)
}

fn clone(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut copy = with::<Response, _>(this, |response| {
        Ok::<_, boa_engine::JsError>(Response {
            status: response.status,
            status_text: response.status_text.clone(),
            headers: response.headers.clone(),
            url: response.url.clone(),
            redirected: response.redirected,
            kind: response.kind,
            content: response.content.copy()?,
        })
    })??;
    copy.headers = Headers::from_data(Headers::copy_of(&copy.headers), context)?;
    Response::from_data(copy, context).map(JsValue::from)
}

/// Returns the reason phrase of a status.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        412 => "Precondition Failed",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        422 => "Unprocessable Entity",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

fn get(this: &JsValue, part: impl FnOnce(&Response) -> JsValue) -> JsResult<JsValue> {
    with::<Response, _>(this, |response| part(response))
}

fn wrong(message: &str) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.to_owned()).into()
}
