//! `Intl.ListFormat`.

use std::rc::Rc;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsValue, Trace, js_string,
    object::builtins::JsFunction,
};

use super::{
    class::{self, Call, Class},
    failed, language_name, locales,
    options::Options,
    parts, resolved, text,
};
use crate::intl::{
    language::Language,
    list::{ListKind, ListStyle, Lists},
    text::Text,
};

const NAME: &str = "ListFormat";

const KINDS: [(&str, ListKind); 3] =
    [("conjunction", ListKind::Conjunction), ("disjunction", ListKind::Disjunction), ("unit", ListKind::Unit)];
const STYLES: [(&str, ListStyle); 3] =
    [("long", ListStyle::Long), ("short", ListStyle::Short), ("narrow", ListStyle::Narrow)];

#[derive(Debug, Trace, Finalize, JsData)]
struct ListFormat {
    #[unsafe_ignore_trace]
    lists: Rc<Lists>,
    #[unsafe_ignore_trace]
    language: Language,
    kind: &'static str,
    style: &'static str,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Refused,
        make,
        methods: &[
            ("format", 1, format),
            ("formatToParts", 1, format_to_parts),
            ("resolvedOptions", 0, resolved_options),
        ],
        getters: &[],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let language = locales::resolved(args.get_or_undefined(0), context)?;
    let options = Options::object("Intl.ListFormat", args.get_or_undefined(1))?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let kinds = KINDS.map(|(name, kind)| (name, (name, kind)));
    let (kind, joined) = options.word("type", &kinds, context)?.unwrap_or(("conjunction", ListKind::Conjunction));
    let styles = STYLES.map(|(name, style)| (name, (name, style)));
    let (style, width) = options.word("style", &styles, context)?.unwrap_or(("long", ListStyle::Long));
    let lists = Rc::new(Lists::new(&language, joined, width).map_err(|error| failed(&error))?);
    Ok(JsObject::from_proto_and_data(prototype, ListFormat { lists, language, kind, style }))
}

fn format(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    Ok(text(written(this, args, context)?.as_str()))
}

fn format_to_parts(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    parts(&written(this, args, context)?, &[], context)
}

fn written(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Text> {
    let lists = class::with(this, NAME, |this: &ListFormat| Rc::clone(&this.lists))?;
    let given = class::first(args);
    let items = if given.is_undefined() { Vec::new() } else { items(given, context)? };
    Ok(lists.format(&items))
}

/// Returns the texts of an iterable.
fn items(given: &JsValue, context: &mut Context) -> JsResult<Vec<String>> {
    let array = context.intrinsics().constructors().array().constructor();
    let from = array.get(js_string!("from"), context)?.as_object().and_then(JsFunction::from_object);
    let from = from.ok_or_else(|| JsNativeError::typ().with_message("Array.from is missing"))?;
    let made = from.call(&array.into(), std::slice::from_ref(given), context)?;
    let made = made.as_object().ok_or_else(|| JsNativeError::typ().with_message("the value is not iterable"))?;
    let length = made.get(js_string!("length"), context)?.to_length(context)?;
    let mut items = Vec::new();
    for index in 0..length {
        let item = made.get(index, context)?;
        let Some(item) = item.as_string() else {
            return Err(JsNativeError::typ().with_message("Iterable yielded a non-String value").into());
        };
        items.push(item.to_std_string_lossy());
    }
    Ok(items)
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (language, kind, style) =
        class::with(this, NAME, |this: &ListFormat| (this.language.clone(), this.kind, this.style))?;
    let members =
        [("locale", Some(language_name(&language))), ("type", Some(text(kind))), ("style", Some(text(style)))];
    resolved(&members, context)
}
