//! `Intl.Collator`, and the comparison of `localeCompare`.

use std::{cmp::Ordering, rc::Rc};

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsObject, JsResult, JsString, JsValue, Trace, object::builtins::JsFunction,
};
use icu_locale::extensions::unicode::key;

use super::{
    class::{self, Call, Class},
    formatters::Formatters,
    language_name, locales,
    options::Options,
    resolved, text,
};
use crate::intl::{
    collation::{CaseFirst, Collation, CollationOptions, Sensitivity},
    language::Language,
};

const NAME: &str = "Collator";

const SENSITIVITIES: [(&str, Sensitivity); 4] = [
    ("base", Sensitivity::Base),
    ("accent", Sensitivity::Accent),
    ("case", Sensitivity::Case),
    ("variant", Sensitivity::Variant),
];
const CASES: [(&str, CaseFirst); 3] =
    [("upper", CaseFirst::Upper), ("lower", CaseFirst::Lower), ("false", CaseFirst::Default)];

#[derive(Debug, Trace, Finalize, JsData)]
struct Collator {
    #[unsafe_ignore_trace]
    collation: Rc<Collation>,
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    options: CollationOptions,
    compare: Option<JsFunction>,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Allowed,
        make,
        methods: &[("resolvedOptions", 0, resolved_options)],
        getters: &[("compare", compare)],
    };
    class.install(intl, context)?;
    Ok(())
}

/// Returns the collation for the arguments of a call.
pub(super) fn collation(locales: &JsValue, options: &JsValue, context: &mut Context) -> JsResult<Rc<Collation>> {
    let (language, options) = read(locales, options, context)?;
    Formatters::collation(language, options, context)
}

/// Compares two texts; returns the result of `compare`.
pub(super) fn compared(collation: &Collation, left: &JsString, right: &JsString) -> JsValue {
    let (left, right): (Vec<u16>, Vec<u16>) = (left.iter().collect(), right.iter().collect());
    JsValue::from(match collation.compare(&left, &right) {
        Ordering::Less => -1,
        Ordering::Equal => 0,
        Ordering::Greater => 1,
    })
}

fn read(locales: &JsValue, options: &JsValue, context: &mut Context) -> JsResult<(Language, CollationOptions)> {
    let language = locales::resolved(locales, context)?;
    if options.is_undefined() && locales.is_undefined() {
        return Ok((language, CollationOptions::default()));
    }
    let options = Options::coerced("Intl.Collator", options, context)?;
    options.word("usage", &[("sort", ()), ("search", ())], context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let numeric = match options.flag("numeric", context)? {
        Some(numeric) => numeric,
        None => language.extension(key!("kn")).is_some_and(|value| value.is_empty() || value == "true"),
    };
    let case_first = match options.word("caseFirst", &CASES, context)? {
        Some(case) => case,
        None => {
            let named = language.extension(key!("kf"));
            let named = named.and_then(|named| CASES.iter().find(|(name, _)| *name == named));
            named.map_or(CaseFirst::Default, |(_, case)| *case)
        }
    };
    let sensitivity = options.word("sensitivity", &SENSITIVITIES, context)?.unwrap_or(Sensitivity::Variant);
    let ignore_punctuation = options.flag("ignorePunctuation", context)?.unwrap_or_default();
    Ok((language, CollationOptions { sensitivity, numeric, case_first, ignore_punctuation }))
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let (language, options) = read(args.get_or_undefined(0), args.get_or_undefined(1), context)?;
    let collation = Formatters::collation(language.clone(), options, context)?;
    Ok(JsObject::from_proto_and_data(prototype, Collator { collation, language, options, compare: None }))
}

fn compare(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let compare = |this: &JsValue, args: &[JsValue], context: &mut Context| {
        let left = args.get_or_undefined(0).to_string(context)?;
        let right = args.get_or_undefined(1).to_string(context)?;
        class::with(this, NAME, |this: &Collator| compared(&this.collation, &left, &right))
    };
    let made = |context: &Context| class::bound(this, 2, compare, context);
    class::cached_function(this, NAME, |this: &mut Collator| &mut this.compare, made, context)
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (language, options) = class::with(this, NAME, |this: &Collator| (this.language.clone(), this.options))?;
    let sensitivity = SENSITIVITIES.iter().find(|(_, kind)| *kind == options.sensitivity);
    let case_first = CASES.iter().find(|(_, kind)| *kind == options.case_first);
    let members = [
        ("locale", Some(language_name(&language))),
        ("usage", Some(text("sort"))),
        ("sensitivity", sensitivity.map(|(name, _)| text(name))),
        ("ignorePunctuation", Some(options.ignore_punctuation.into())),
        ("collation", Some(text(&language.extension(key!("co")).unwrap_or_else(|| "default".to_owned())))),
        ("numeric", Some(options.numeric.into())),
        ("caseFirst", case_first.map(|(name, _)| text(name))),
    ];
    resolved(&members, context)
}
