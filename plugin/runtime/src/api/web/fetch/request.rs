//! `Request`: the request of a `fetch`.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    class::{Class, ClassBuilder},
    js_string,
    property::Attribute,
};
use url::Url;

use super::{
    super::{CLASS, abort::AbortSignal, accessors, methods, tag},
    headers::Headers,
    message::{self, Content, Message, with},
    option, options, text,
};

/// The modes of redirects.
pub(super) const FOLLOW: &str = "follow";
pub(super) const ERROR: &str = "error";
const REDIRECTS: [&str; 3] = [FOLLOW, ERROR, "manual"];
/// Methods that scripts may not send, as on the web.
const FORBIDDEN: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];
/// Maximum of characters of a URL that a message shows.
const MAX_SHOWN_CHARS: usize = 200;

#[derive(Debug, Trace, Finalize, JsData)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: JsObject,
    #[unsafe_ignore_trace]
    pub(super) redirect: &'static str,
    pub(super) signal: JsObject,
    pub(super) content: Content,
}

impl Message for Request {
    const NAME: &'static str = "Request";

    fn content(&mut self) -> &mut Content {
        &mut self.content
    }
}

impl Class for Request {
    const NAME: &'static str = "Request";
    const ATTRIBUTES: Attribute = CLASS;
    const LENGTH: usize = 1;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, <Self as Class>::NAME);
        accessors(
            class,
            &[
                ("method", |this, _, _| get(this, |request| JsString::from(request.method.as_str()).into()), None),
                ("url", |this, _, _| get(this, |request| JsString::from(request.url.as_str()).into()), None),
                ("headers", |this, _, _| get(this, |request| request.headers.clone().into()), None),
                ("redirect", |this, _, _| get(this, |request| JsString::from(request.redirect).into()), None),
                ("signal", |this, _, _| get(this, |request| request.signal.clone().into()), None),
            ],
        );
        methods(class, &[("clone", 0, clone)]);
        message::define::<Self>(class);
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Self::read("Request", args, context)
    }
}

impl Request {
    /// Reads `(url or request, options?)`. The body of a given request is consumed.
    pub(super) fn read(function: &'static str, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let given = args.get_or_undefined(0);
        let init = options(args.get_or_undefined(1), function)?;
        let init = init.as_ref();
        let template = given.as_object().filter(JsObject::is::<Self>);
        let mut request = match &template {
            Some(template) => Self::like(template, context)?,
            None => Self::to(&address(function, args, context)?, context)?,
        };
        let method = option(init, "method", context)?;
        if !method.is_undefined() {
            request.method = checked_method(&method.to_string(context)?.to_std_string_lossy())?;
        }
        let redirect = option(init, "redirect", context)?;
        if !redirect.is_undefined() {
            let redirect = redirect.to_string(context)?.to_std_string_lossy();
            let known = REDIRECTS.into_iter().find(|known| *known == redirect);
            request.redirect = known
                .ok_or_else(|| wrong(&format!("{function}: `redirect` must be one of {}", REDIRECTS.join(", "))))?;
        }
        let signal = option(init, "signal", context)?;
        if let Some(signal) = AbortSignal::given(&signal, function)? {
            request.signal = signal;
        }
        let headers = option(init, "headers", context)?;
        let mut headers =
            if headers.is_undefined() { Headers::copy_of(&request.headers) } else { Headers::read(&headers, context)? };
        let body = option(init, "body", context)?;
        if let Some((body, kind)) = message::body_of(&body, function, context)? {
            if let Some(kind) = kind {
                headers.default_to("content-type", kind);
            }
            request.content = Content::of(Some(body));
        } else if let Some(template) = template {
            let taken = with::<Self, _>(&template.into(), |template| template.content.take())??;
            request.content = Content::of(taken);
        }
        if request.content.body().is_some() && matches!(request.method.as_str(), "GET" | "HEAD") {
            return Err(wrong(&format!(
                "{function}: a {} request cannot have a body; use another `method`",
                request.method
            )));
        }
        request.headers = Headers::from_data(headers, context)?;
        Ok(request)
    }

    fn to(url: &Url, context: &mut Context) -> JsResult<Self> {
        Ok(Self {
            method: "GET".to_owned(),
            url: url.to_string(),
            headers: Headers::from_data(Headers::default(), context)?,
            redirect: FOLLOW,
            signal: AbortSignal::fresh(context)?,
            content: Content::default(),
        })
    }

    /// Creates a copy of a request without its body.
    fn like(object: &JsObject, context: &mut Context) -> JsResult<Self> {
        let mut copied = with::<Self, _>(&object.clone().into(), |request| Self {
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.clone(),
            redirect: request.redirect,
            signal: request.signal.clone(),
            content: Content::default(),
        })?;
        copied.headers = Headers::from_data(Headers::copy_of(&copied.headers), context)?;
        Ok(copied)
    }
}

fn address(function: &str, args: &[JsValue], context: &mut Context) -> JsResult<Url> {
    if args.is_empty() {
        return Err(wrong(&format!("{function} needs a URL, such as https://api.example.com/orders")));
    }
    let given = text(args, 0, context)?;
    if let Ok(url) = Url::parse(&given) {
        return Ok(url);
    }
    let given: String = given.chars().take(MAX_SHOWN_CHARS).collect();
    let given = given.escape_debug();
    let message = format!("{function}: \"{given}\" is not an absolute URL, such as https://api.example.com/orders");
    let error = JsNativeError::typ().with_message(message).into_opaque(context);
    // The same code as an error of `http`.
    error.create_data_property_or_throw(js_string!("code"), js_string!("VALIDATION"), context)?;
    Err(boa_engine::JsError::from_opaque(error.into()))
}

/// Returns a method in upper case.
fn checked_method(given: &str) -> JsResult<String> {
    let method = given.to_ascii_uppercase();
    if FORBIDDEN.contains(&method.as_str()) || method.is_empty() || !method.chars().all(|c| c.is_ascii_alphabetic()) {
        let given: String = given.chars().take(MAX_SHOWN_CHARS).collect();
        return Err(wrong(&format!("\"{}\" is not a method that can be sent", given.escape_debug())));
    }
    Ok(method)
}

fn clone(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let content = with::<Request, _>(this, |request| request.content.copy())??;
    let object = this.as_object().ok_or_else(|| wrong("this is not a Request"))?;
    let mut copy = Request::like(&object, context)?;
    copy.content = content;
    Request::from_data(copy, context).map(JsValue::from)
}

fn get(this: &JsValue, part: impl FnOnce(&Request) -> JsValue) -> JsResult<JsValue> {
    with::<Request, _>(this, |request| part(request))
}

fn wrong(message: &str) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.to_owned()).into()
}
