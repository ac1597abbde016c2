//! `utils`: general helpers. `uuid()`, `sleep(ms)`, and the objects `date`, `crypto`, `base64`, `csv`, `format` and `template`.

mod arguments;
mod base64;
mod crypto;
mod csv;
mod date;
mod date_pattern;
mod format;
mod iso_date;
mod template;

use boa_engine::{Context, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string};
use uuid::Uuid;

use super::{Extension, Globals, bytes, deprecated, namespace, property, timers};

pub(super) const EXTENSION: Extension =
    Extension { globals, promises: &["utils.sleep", "utils.template.render"], ..Extension::NONE };

fn globals(context: &mut Context) -> JsResult<Globals> {
    Ok(vec![("utils", build(context)?)])
}

fn build(context: &mut Context) -> JsResult<JsObject> {
    let utils = namespace(&[("uuid", 0, uuid), ("sleep", 1, timers::sleep)], context)?;
    let date = date::build(context)?;
    property(&utils, js_string!("date"), date.into(), context)?;
    let crypto = crypto::build(context)?;
    property(&utils, js_string!("crypto"), crypto.into(), context)?;
    let base64 = base64::build(context)?;
    property(&utils, js_string!("base64"), base64.into(), context)?;
    let csv = csv::build(context)?;
    property(&utils, js_string!("csv"), csv.into(), context)?;
    let format = format::build(context)?;
    property(&utils, js_string!("format"), format.into(), context)?;
    let template = template::build(context)?;
    property(&utils, js_string!("template"), template.into(), context)?;
    Ok(utils)
}

/// Returns a random UUID.
fn uuid(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    deprecated::notice("utils.uuid", context)?;
    Ok(JsString::from(Uuid::new_v4().to_string()).into())
}

/// Returns the bytes of an argument; a string is encoded as UTF-8.
fn text_or_bytes(function: &str, value: &JsValue, context: &mut Context) -> JsResult<Vec<u8>> {
    if let Some(text) = value.as_string() {
        return Ok(text.to_std_string_lossy().into_bytes());
    }
    let bytes = bytes::read(value, context)?;
    bytes.ok_or_else(|| JsNativeError::typ().with_message(format!("{function} needs a string or a Uint8Array")).into())
}
