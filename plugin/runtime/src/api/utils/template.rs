//! `utils.template.render(template, data, {locale}?)`: a promise of the rendered text.
//!
//! A string with `{{` or `{%` is the template itself; any other is the name of a template that the host stores, in the tenant's
//! language by default. Values are escaped for HTML if the name ends in `.html` or `.htm`.

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, object::builtins::JsPromise};
use serde_json::Value;

use crate::{
    api::{namespace, options::Options},
    convert::{self, Bounds, Unserializable},
    fault,
    isolate::{DecodeError, ReplyDecoder, Session, api_error, call_host, rejected},
    protocol::CallError,
    templates::{self, Mistake},
};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("render", 2, render)], context)
}

fn render(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(template) = args.get_or_undefined(0).as_string() else {
        let error = JsNativeError::typ()
            .with_message("utils.template.render needs a template's name or text as its first argument");
        return rejected(error.into(), context);
    };
    let bounds = Session::of(context)?.with(|run| Bounds::from(&run.limits))?;
    let data = match convert::to_json(args.get_or_undefined(1), bounds, context) {
        Ok(data) => data.map_or(Value::Null, |data| serde_json::from_str(data.get()).unwrap_or_default()),
        Err(Unserializable::Thrown(error)) => return Err(error),
        Err(error) => {
            let error = JsNativeError::typ().with_message(format!("the data of the template cannot be used: {error}"));
            return rejected(error.into(), context);
        }
    };
    let text = template.to_std_string_lossy();
    if !text.contains("{{") && !text.contains("{%") {
        let locale = match locale(args.get_or_undefined(2), context) {
            Ok(locale) => locale,
            Err(error) => return rejected(error, context),
        };
        let args: Vec<JsValue> = std::iter::once(template).chain(locale).map(JsValue::from).collect();
        return call_host("template.get", &args, TemplateReply { name: text, data }, context);
    }
    match fill("inline", &text, &data) {
        Ok(rendered) => Ok(JsPromise::resolve(JsString::from(rendered), context)?.into()),
        Err(error) => {
            let error = api_error(fault::TEMPLATE_ERROR, error.message, context);
            rejected(error, context)
        }
    }
}

/// Returns the requested language.
fn locale(options: &JsValue, context: &mut Context) -> JsResult<Option<JsString>> {
    let options = Options::read("utils.template.render", options, &["locale"], context)?;
    Ok(options.text("locale", context)?.map(JsString::from))
}

/// Renders the template in the host's reply.
struct TemplateReply {
    name: String,
    data: Value,
}

impl ReplyDecoder for TemplateReply {
    fn decode(self: Box<Self>, reply: &str, _: &mut Context) -> Result<JsValue, DecodeError> {
        let rendered = match serde_json::from_str(reply) {
            Ok(Value::String(text)) => fill(&self.name, &text, &self.data),
            Ok(_) | Err(_) => Err(failed(format!("there is no template `{}`", self.name))),
        };
        let text = rendered.map_err(|error| DecodeError::Refused(fault::TEMPLATE_ERROR, error))?;
        Ok(JsString::from(text).into())
    }
}

fn fill(name: &str, text: &str, data: &Value) -> Result<String, CallError> {
    templates::render(name, text, data).map_err(|Mistake { line, reason }| {
        let place = line.map_or(String::new(), |line| format!(" in line {line}"));
        failed(format!("the template `{name}` fails{place}: {reason}"))
    })
}

fn failed(message: String) -> CallError {
    CallError { code: fault::TEMPLATE_ERROR.name.to_owned(), message, field: None, details: None }
}
