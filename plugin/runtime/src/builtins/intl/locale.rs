//! `Intl.Locale`: the parts of a language tag.

use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsValue};
use icu_locale::{
    Locale as Tag, LocaleExpander,
    extensions::unicode::{Key, key},
};

use super::{
    class::{self, Call, Class},
    options::Options,
    tag::{Locale, tag_of},
    text,
};
use crate::intl::language;

const NAME: &str = "Locale";

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Refused,
        make,
        methods: &[("toString", 0, to_string), ("maximize", 0, maximize), ("minimize", 0, minimize)],
        getters: &[
            ("baseName", |this, _, _| of(this, |tag| Some(tag.id.to_string()))),
            ("language", |this, _, _| of(this, |tag| Some(tag.id.language.to_string()))),
            ("script", |this, _, _| of(this, |tag| tag.id.script.map(|script| script.to_string()))),
            ("region", |this, _, _| of(this, |tag| tag.id.region.map(|region| region.to_string()))),
            ("calendar", |this, _, _| keyword(this, key!("ca"))),
            ("collation", |this, _, _| keyword(this, key!("co"))),
            ("hourCycle", |this, _, _| keyword(this, key!("hc"))),
            ("caseFirst", |this, _, _| keyword(this, key!("kf"))),
            ("numberingSystem", |this, _, _| keyword(this, key!("nu"))),
            ("numeric", |this, _, _| {
                class::with(this, NAME, |this: &Locale| {
                    let value = this.tag.extensions.unicode.keywords.get(&key!("kn"));
                    value.is_some_and(|value| value.to_string() != "false").into()
                })
            }),
        ],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let given = args.get_or_undefined(0);
    if !given.is_string() && !given.is_object() {
        let message = "First argument to Intl.Locale constructor can't be empty or missing";
        return Err(JsNativeError::typ().with_message(message).into());
    }
    let malformed = || JsNativeError::range().with_message("Incorrect locale information provided");
    let mut tag = match tag_of(given) {
        Some(tag) => tag,
        None => language::parse(&given.to_string(context)?.to_std_string_lossy()).ok_or_else(malformed)?,
    };
    let options = Options::coerced("Intl.Locale", args.get_or_undefined(1), context)?;
    if let Some(language) = options.text("language", context)? {
        tag.id.language = language.parse().map_err(|_| malformed())?;
    }
    if let Some(script) = options.text("script", context)? {
        tag.id.script = Some(script.parse().map_err(|_| malformed())?);
    }
    if let Some(region) = options.text("region", context)? {
        tag.id.region = Some(region.parse().map_err(|_| malformed())?);
    }
    let keywords = [
        ("calendar", key!("ca")),
        ("collation", key!("co")),
        ("hourCycle", key!("hc")),
        ("caseFirst", key!("kf")),
        ("numeric", key!("kn")),
        ("numberingSystem", key!("nu")),
    ];
    for (name, key) in keywords {
        if let Some(value) = options.text(name, context)? {
            tag.extensions.unicode.keywords.set(key, value.parse().map_err(|_| malformed())?);
        }
    }
    Ok(JsObject::from_proto_and_data(prototype, Locale { tag }))
}

fn of(this: &JsValue, read: impl FnOnce(&Tag) -> Option<String>) -> JsResult<JsValue> {
    let read = class::with(this, NAME, |this: &Locale| read(&this.tag))?;
    Ok(read.map_or_else(JsValue::undefined, |read| text(&read)))
}

fn keyword(this: &JsValue, key: Key) -> JsResult<JsValue> {
    of(this, |tag| tag.extensions.unicode.keywords.get(&key).map(ToString::to_string))
}

fn to_string(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    of(this, |tag| Some(tag.to_string()))
}

fn maximize(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    changed(this, |tag| {
        LocaleExpander::new_common().maximize(&mut tag.id);
    })
}

fn minimize(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    changed(this, |tag| {
        LocaleExpander::new_common().minimize(&mut tag.id);
    })
}

fn changed(this: &JsValue, change: impl FnOnce(&mut Tag)) -> JsResult<JsValue> {
    let mut tag = class::with(this, NAME, |this: &Locale| this.tag.clone())?;
    change(&mut tag);
    let prototype = this.as_object().and_then(|object| object.prototype());
    Ok(JsObject::from_proto_and_data(prototype, Locale { tag }).into())
}
