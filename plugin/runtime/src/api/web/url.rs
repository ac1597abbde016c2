//! `URL`: parses and changes URLs as browsers do.

mod search_params;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    Trace,
    class::{Class, ClassBuilder},
    js_string,
    property::Attribute,
};
use thiserror::Error;
use url::{ParseError, Url, quirks};

use self::search_params::UrlSearchParams;
use super::{CLASS, accessors, methods, tag};
use crate::api::Native;

/// Maximum of characters of a URL that a message shows.
const MAX_SHOWN_CHARS: usize = 200;

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    context.register_global_class::<UrlData>()?;
    context.register_global_class::<UrlSearchParams>()
}

/// The data of a `URL`.
#[derive(Debug, Trace, Finalize, JsData)]
struct UrlData {
    #[unsafe_ignore_trace]
    url: Url,
    /// The object returned by `searchParams`, created on first use.
    params: Option<JsObject>,
}

impl Class for UrlData {
    const NAME: &'static str = "URL";
    const ATTRIBUTES: Attribute = CLASS;
    const LENGTH: usize = 1;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        accessors(class, PARTS);
        methods(class, &[("toString", 0, href), ("toJSON", 0, href)]);
        class.static_method(js_string!("canParse"), 1, NativeFunction::from_fn_ptr(can_parse));
        class.static_method(js_string!("parse"), 1, NativeFunction::from_fn_ptr(parse));
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let read = read(args, context)?;
        read.map(Self::of).map_err(|error| JsNativeError::typ().with_message(error.to_string()).into())
    }
}

impl UrlData {
    const fn of(url: Url) -> Self {
        Self { url, params: None }
    }
}

/// Returns the text of a `URL` or of `URLSearchParams`.
pub(super) fn text_of(object: &JsObject) -> Option<String> {
    if let Some(address) = object.downcast_ref::<UrlData>() {
        return Some(address.url.to_string());
    }
    object.downcast_ref::<UrlSearchParams>().map(|params| params.to_text())
}

/// Returns whether an object is `URLSearchParams`.
pub(super) fn is_params(object: &JsObject) -> bool {
    object.is::<UrlSearchParams>()
}

const PARTS: &[(&str, Native, Option<Native>)] = &[
    ("href", href, Some(set_href)),
    ("origin", |this, _, _| part(this, quirks::origin), None),
    (
        "protocol",
        |this, _, _| part(this, |url| quirks::protocol(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_protocol(url, text)))),
    ),
    (
        "username",
        |this, _, _| part(this, |url| quirks::username(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_username(url, text)))),
    ),
    (
        "password",
        |this, _, _| part(this, |url| quirks::password(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_password(url, text)))),
    ),
    (
        "host",
        |this, _, _| part(this, |url| quirks::host(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_host(url, text)))),
    ),
    (
        "hostname",
        |this, _, _| part(this, |url| quirks::hostname(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_hostname(url, text)))),
    ),
    (
        "port",
        |this, _, _| part(this, |url| quirks::port(url).to_owned()),
        Some(|this, args, context| set(this, args, context, |url, text| accepted(quirks::set_port(url, text)))),
    ),
    (
        "pathname",
        |this, _, _| part(this, |url| quirks::pathname(url).to_owned()),
        Some(|this, args, context| set(this, args, context, quirks::set_pathname)),
    ),
    ("search", |this, _, _| part(this, |url| quirks::search(url).to_owned()), Some(set_search)),
    (
        "hash",
        |this, _, _| part(this, |url| quirks::hash(url).to_owned()),
        Some(|this, args, context| set(this, args, context, quirks::set_hash)),
    ),
    ("searchParams", search_params, None),
];

/// A text that is not a valid URL.
#[derive(Debug, Error)]
#[error("URL: `{shown}` is not a valid URL")]
struct InvalidUrl {
    /// The beginning of the text.
    shown: String,
    source: ParseError,
}

impl InvalidUrl {
    fn new(text: &str, source: ParseError) -> Self {
        Self { shown: text.chars().take(MAX_SHOWN_CHARS).collect(), source }
    }
}

/// Parses the arguments `(url, base?)`; returns the invalid one on failure.
fn read(args: &[JsValue], context: &mut Context) -> JsResult<Result<Url, InvalidUrl>> {
    if args.is_empty() {
        return Err(JsNativeError::typ().with_message("URL needs a URL, a string").into());
    }
    let given = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let base = args.get_or_undefined(1);
    let base = if base.is_undefined() {
        None
    } else {
        let base = base.to_string(context)?.to_std_string_lossy();
        match Url::parse(&base) {
            Ok(base) => Some(base),
            Err(error) => return Ok(Err(InvalidUrl::new(&base, error))),
        }
    };
    let read = Url::options().base_url(base.as_ref()).parse(&given);
    Ok(read.map_err(|error| InvalidUrl::new(&given, error)))
}

fn can_parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Ok(read(args, context)?.is_ok().into())
}

fn parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match read(args, context)? {
        Ok(url) => UrlData::from_data(UrlData::of(url), context).map(JsValue::from),
        Err(_) => Ok(JsValue::null()),
    }
}

fn href(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    part(this, |url| url.as_str().to_owned())
}

fn set_href(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let url = Url::parse(&text)
        .map_err(|error| JsNativeError::typ().with_message(InvalidUrl::new(&text, error).to_string()))?;
    with(this, |address| address.url = url)?;
    read_params_anew(this)
}

fn set_search(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    set(this, args, context, quirks::set_search)?;
    read_params_anew(this)
}

/// Returns the parameters of the query; both are kept in sync.
fn search_params(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let owner = this.as_object().ok_or_else(no_url)?;
    let (made, query) = with(this, |address| (address.params.clone(), query_of(&address.url)))?;
    if let Some(made) = made {
        return Ok(made.into());
    }
    let params = UrlSearchParams::from_data(UrlSearchParams::of(&query, owner), context)?;
    with(this, |address| address.params = Some(params.clone()))?;
    Ok(params.into())
}

fn read_params_anew(this: &JsValue) -> JsResult<JsValue> {
    let (params, query) = with(this, |address| (address.params.clone(), query_of(&address.url)))?;
    if let Some(mut params) = params.as_ref().and_then(JsObject::downcast_mut::<UrlSearchParams>) {
        params.read(&query);
    }
    Ok(JsValue::undefined())
}

/// Replaces the query of the URL that parameters belong to; `None` removes it.
fn set_query(owner: &JsObject, query: Option<&str>) {
    if let Some(mut address) = owner.downcast_mut::<UrlData>() {
        address.url.set_query(query);
    }
}

fn query_of(url: &Url) -> String {
    url.query().unwrap_or_default().to_owned()
}

fn part(this: &JsValue, part: impl FnOnce(&Url) -> String) -> JsResult<JsValue> {
    with(this, |address| JsString::from(part(&address.url)).into())
}

/// Sets a part; an invalid value leaves the URL unchanged, as on the web.
fn set(this: &JsValue, args: &[JsValue], context: &mut Context, set: impl FnOnce(&mut Url, &str)) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    with(this, |address| set(&mut address.url, &text))?;
    Ok(JsValue::undefined())
}

/// Ignores an invalid value, which has changed nothing.
fn accepted(_: Result<(), ()>) {}

fn with<T>(this: &JsValue, work: impl FnOnce(&mut UrlData) -> T) -> JsResult<T> {
    let object = this.as_object();
    let mut address = object.as_ref().and_then(JsObject::downcast_mut::<UrlData>).ok_or_else(no_url)?;
    Ok(work(&mut address))
}

fn no_url() -> JsError {
    JsNativeError::typ().with_message("this is not a URL").into()
}
