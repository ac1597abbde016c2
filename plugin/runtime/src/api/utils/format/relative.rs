//! `utils.format.relative(date, {locale?, now?, unit?})`: how far away a time is, in words.

use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, object::builtins::JsDate};

use super::locale;
use crate::{
    api::{options::Options, utils::date::instant},
    isolate::Session,
    locale::Unit,
};

pub(super) fn relative(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.relative";
    let options = Options::read(NAME, args.get_or_undefined(1), &["locale", "now", "unit"], context)?;
    let locale = locale(NAME, options.text("locale", context)?, context)?;
    let unit = options.word("unit", &Unit::NAMES, context)?;
    let zone = Session::of(context)?.with(|run| run.zone)?;
    let at = instant(NAME, args.get_or_undefined(0), zone, context)?;
    let now = match options.value("now", context)? {
        now if now.is_undefined() => JsObject::from(JsDate::new(context)).into(),
        now => now,
    };
    let now = instant(NAME, &now, zone, context)?;
    let ms = at.timestamp_millis() - now.timestamp_millis();
    Ok(JsString::from(locale.relative(ms, unit)).into())
}
