//! `utils`: what scripts need everywhere. `uuid()`, and the objects `date`, `crypto` and `template`.

mod crypto;
mod date;
pub(crate) mod template;

use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string};
use uuid::Uuid;

use super::{deprecated, namespace, property};

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    let utils = namespace(&[("uuid", 0, uuid)], context)?;
    let date = date::build(context)?;
    property(&utils, js_string!("date"), date.into(), context)?;
    let crypto = crypto::build(context)?;
    property(&utils, js_string!("crypto"), crypto.into(), context)?;
    let template = template::build(context)?;
    property(&utils, js_string!("template"), template.into(), context)?;
    Ok(utils)
}

/// A random UUID.
fn uuid(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    deprecated::notice("utils.uuid", context)?;
    Ok(JsString::from(Uuid::new_v4().to_string()).into())
}
