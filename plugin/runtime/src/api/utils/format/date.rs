//! `utils.format.date(date, style = 'medium', {zone?, locale?})`: formats a date in a style of the language, or by a pattern.

use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue};

use super::super::{
    arguments::{instant, language, text, zone},
    date_pattern::Pattern,
};
use crate::{
    api::options::Options,
    builtins::Formatters,
    intl::date::{DateOptions, Length, Spaces, Zone},
    zones,
};

pub(super) fn date(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.format.date";
    let options = Options::read(NAME, args.get_or_undefined(2), &["zone", "locale"], context)?;
    let zone = zone(NAME, options.text("zone", context)?, context)?;
    let language = language(NAME, options.text("locale", context)?, context)?;
    let at = instant(NAME, args.get_or_undefined(0), zone, context)?;
    let given = text(NAME, "style", args.get_or_undefined(1))?;
    let (date_style, time_style) = match given.as_deref() {
        None | Some("medium") => (Some(Length::Medium), None),
        Some("short") => (Some(Length::Short), None),
        Some("long") => (Some(Length::Long), None),
        Some("full") => (Some(Length::Full), None),
        Some("time") => (None, Some(Length::Short)),
        Some("datetime") => (Some(Length::Medium), Some(Length::Short)),
        Some(pattern) => {
            let names = Formatters::names(language, context)?;
            return Ok(JsString::from(
                Pattern::read(pattern).format(at.with_timezone(&zones::offset(zone, at)), &names),
            )
            .into());
        }
    };
    let options = DateOptions { date_style, time_style, ..DateOptions::default() };
    let formatter = Formatters::date(language, options, Zone::Named(zone), Spaces::NoBreak, context)?;
    let written = formatter.format(at.timestamp_millis());
    let written = written.ok_or_else(|| JsNativeError::range().with_message(format!("{NAME}: the date is invalid")))?;
    Ok(JsString::from(written.as_str()).into())
}
