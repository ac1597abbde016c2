//! `http`: sends HTTP requests. `get` and `delete` take a URL and options; `post`, `put` and `patch` take a URL, data and options;
//! `request` takes everything as options.
//!
//! Every method sends one call, `http.request`, with one object. The host decides whether a URL may be called.

mod body;
mod response;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string, property::PropertyKey,
};

pub(super) use body::Body;
pub(super) use response::HttpResponse;

use super::{Extension, Globals, bytes, namespace};
use crate::{
    isolate::{call_host, rejected},
    objects::enumerable_keys,
};

/// Options that are sent unchanged.
const OPTIONS: [&str; 9] =
    ["query", "headers", "json", "form", "text", "timeout_ms", "retries", "retry_any_method", "redirects"];

pub(super) const EXTENSION: Extension = Extension { globals, promises: &["http.*"], ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("http", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    let functions: [(&str, usize, super::Native); 6] = [
        ("get", 1, get),
        ("post", 2, post),
        ("put", 2, put),
        ("patch", 2, patch),
        ("delete", 1, delete),
        ("request", 1, request),
    ];
    namespace(&functions, context)
}

fn get(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    without_data("GET", "http.get", args, context)
}

fn delete(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    without_data("DELETE", "http.delete", args, context)
}

fn post(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with_data("POST", "http.post", args, context)
}

fn put(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with_data("PUT", "http.put", args, context)
}

fn patch(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    with_data("PATCH", "http.patch", args, context)
}

/// `(url, options)`
fn without_data(method: &str, name: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let options = RequestOptions::new(method, name, context);
    let read = options
        .url(args.get_or_undefined(0), context)
        .and_then(|()| options.options(args.get_or_undefined(1), context));
    options.send(read, context)
}

/// `(url, data, options)`
fn with_data(method: &str, name: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let options = RequestOptions::new(method, name, context);
    let read = options
        .url(args.get_or_undefined(0), context)
        .and_then(|()| options.data(args.get_or_undefined(1), context))
        .and_then(|()| options.options(args.get_or_undefined(2), context));
    options.send(read, context)
}

/// `(options)`, with `url` and optionally `method`.
fn request(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let options = RequestOptions::new("GET", "http.request", context);
    let read = options.whole(args.get_or_undefined(0), context);
    options.send(read, context)
}

/// Builds the object that is sent.
struct RequestOptions<'n> {
    name: &'n str,
    sent: JsObject,
}

impl<'n> RequestOptions<'n> {
    fn new(method: &str, name: &'n str, context: &mut Context) -> Self {
        let options = Self { name, sent: JsObject::with_object_proto(context.intrinsics()) };
        // Defining a property on a new object cannot fail.
        let _ = options.set("method", JsString::from(method).into(), context);
        options
    }

    fn set(&self, name: &str, value: JsValue, context: &mut Context) -> JsResult<()> {
        self.sent.create_data_property_or_throw(JsString::from(name), value, context).map(drop)
    }

    fn wrong<T>(&self, message: &str) -> JsResult<T> {
        Err(JsNativeError::typ().with_message(format!("{} {message}", self.name)).into())
    }

    /// Sets the URL from a string, or from an object that is converted to a string, such as a `URL`.
    fn url(&self, url: &JsValue, context: &mut Context) -> JsResult<()> {
        if !url.is_string() && !url.is_object() {
            return self.wrong("needs a URL, a string");
        }
        let text = url.to_string(context)?;
        self.set("url", text.into(), context)
    }

    /// Sets the data: strings as text, bytes as bytes, anything else as JSON.
    fn data(&self, data: &JsValue, context: &mut Context) -> JsResult<()> {
        if data.is_null_or_undefined() {
            return Ok(());
        }
        if self.body(data, context)? { Ok(()) } else { self.set("json", data.clone(), context) }
    }

    /// Sets a body of text or bytes; returns `false` for other values.
    fn body(&self, data: &JsValue, context: &mut Context) -> JsResult<bool> {
        if data.is_string() {
            self.set("text", data.clone(), context)?;
        } else if let Some(bytes) = bytes::read(data, context)? {
            // Calls are sent as JSON, which cannot represent bytes.
            self.set("base64", JsString::from(BASE64_STANDARD.encode(bytes)).into(), context)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn options(&self, options: &JsValue, context: &mut Context) -> JsResult<()> {
        if options.is_null_or_undefined() {
            return Ok(());
        }
        let Some(options) = options.as_object() else {
            return self.wrong("needs its options as an object");
        };
        for key in enumerable_keys(&options, context)? {
            self.option(&key, &options.get(PropertyKey::from(key.clone()), context)?, context)?;
        }
        Ok(())
    }

    fn option(&self, key: &JsString, value: &JsValue, context: &mut Context) -> JsResult<()> {
        let name = key.to_std_string_lossy();
        if value.is_undefined() {
            return Ok(());
        }
        if name == "body" {
            return if value.is_null() || self.body(value, context)? {
                Ok(())
            } else {
                self.wrong("needs a body of text or bytes; use `json` or `form` for other data")
            };
        }
        if OPTIONS.contains(&name.as_str()) {
            return self.set(&name, value.clone(), context);
        }
        self.wrong(&format!("has no option `{name}`; its options are {} and body", OPTIONS.join(", ")))
    }

    fn whole(&self, options: &JsValue, context: &mut Context) -> JsResult<()> {
        let Some(options) = options.as_object() else {
            return self.wrong("needs one object: { method, url, … }");
        };
        self.url(&options.get(js_string!("url"), context)?, context)?;
        let method = options.get(js_string!("method"), context)?;
        if !method.is_null_or_undefined() {
            let method = method.to_string(context)?;
            self.set("method", method.into(), context)?;
        }
        for key in enumerable_keys(&options, context)? {
            if key != js_string!("url") && key != js_string!("method") {
                self.option(&key, &options.get(PropertyKey::from(key.clone()), context)?, context)?;
            }
        }
        Ok(())
    }

    /// Sends the request, unless reading the arguments failed.
    fn send(self, read: JsResult<()>, context: &mut Context) -> JsResult<JsValue> {
        match read {
            Ok(()) => call_host("http.request", &[self.sent.into()], response::build, context),
            Err(error) => rejected(error, context),
        }
    }
}
