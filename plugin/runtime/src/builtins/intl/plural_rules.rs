//! `Intl.PluralRules`.

use std::rc::Rc;

use boa_engine::{Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsValue, Trace};

use super::{
    class::{self, Call, Class},
    digit_options, failed, language_name, locales, number_format, options,
    options::Options,
    resolved, text,
};
use crate::intl::{
    language::Language,
    number::{Digits, Span, Value},
    plural::{PluralRuleType, Plurals},
};

const NAME: &str = "PluralRules";

#[derive(Debug, Trace, Finalize, JsData)]
struct PluralRules {
    #[unsafe_ignore_trace]
    rules: Rc<Plurals>,
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    kind: PluralRuleType,
    #[unsafe_ignore_trace]
    digits: Digits,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Refused,
        make,
        methods: &[("select", 1, select), ("selectRange", 2, select_range), ("resolvedOptions", 0, resolved_options)],
        getters: &[],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let language = locales::resolved(args.get_or_undefined(0), context)?;
    let options = Options::coerced("Intl.PluralRules", args.get_or_undefined(1), context)?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let kinds = [("cardinal", PluralRuleType::Cardinal), ("ordinal", PluralRuleType::Ordinal)];
    let kind = options.word("type", &kinds, context)?.unwrap_or(PluralRuleType::Cardinal);
    let digits = digit_options::read(&options, Span { least: 0, most: 3 }, false, context)?;
    let rules = Rc::new(Plurals::new(&language, kind, digits).map_err(|error| failed(&error))?);
    Ok(JsObject::from_proto_and_data(prototype, PluralRules { rules, language, kind, digits }))
}

fn select(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let rules = class::with(this, NAME, |this: &PluralRules| Rc::clone(&this.rules))?;
    let number = Value::of_f64(class::first(args).to_number(context)?);
    Ok(text(rules.select(&number)))
}

fn select_range(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let rules = class::with(this, NAME, |this: &PluralRules| Rc::clone(&this.rules))?;
    let (from, to) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if from.is_undefined() || to.is_undefined() {
        return Err(JsNativeError::typ().with_message("selectRange needs two numbers").into());
    }
    let (from, to) = (number_format::number(from, context)?, number_format::number(to, context)?);
    if from == Value::NotANumber || to == Value::NotANumber {
        return Err(JsNativeError::range().with_message("selectRange: the arguments must not be NaN").into());
    }
    Ok(text(rules.select_range(&from, &to)))
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (rules, language, kind, digits) = class::with(this, NAME, |this: &PluralRules| {
        (Rc::clone(&this.rules), this.language.clone(), this.kind, this.digits)
    })?;
    let names = options::texts(rules.names().into_iter().map(ToOwned::to_owned), context);
    let mut members = vec![
        ("locale", Some(language_name(&language))),
        ("type", Some(text(if kind == PluralRuleType::Ordinal { "ordinal" } else { "cardinal" }))),
    ];
    let mut digits = digit_options::resolved(&digits);
    let rounding = digits.split_off(5);
    members.append(&mut digits);
    members.push(("pluralCategories", Some(names)));
    members.extend(rounding);
    resolved(&members, context)
}
