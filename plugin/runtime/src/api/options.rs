//! Reads the options of a call, `{name: value}`. An unknown name is an error that lists the valid ones.

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue};

use crate::objects::enumerable_keys;

pub(super) struct Options {
    function: &'static str,
    given: Option<JsObject>,
}

impl Options {
    /// Reads the options from an argument; undefined and null mean no options.
    pub(super) fn read(
        function: &'static str,
        value: &JsValue,
        names: &[&str],
        context: &mut Context,
    ) -> JsResult<Self> {
        if value.is_null_or_undefined() {
            return Ok(Self { function, given: None });
        }
        let Some(given) = value.as_object() else {
            let message = format!("{function} needs its options as an object: {{ {} }}", names.join(", "));
            return Err(JsNativeError::typ().with_message(message).into());
        };
        for key in enumerable_keys(&given, context)? {
            let key = key.to_std_string_lossy();
            if !names.contains(&key.as_str()) {
                let message = format!("{function} has no option `{key}`; its options are {}", names.join(", "));
                return Err(JsNativeError::typ().with_message(message).into());
            }
        }
        Ok(Self { function, given: Some(given) })
    }

    /// Returns an option; undefined if it is missing or null.
    pub(super) fn value(&self, name: &str, context: &mut Context) -> JsResult<JsValue> {
        let Some(given) = &self.given else { return Ok(JsValue::undefined()) };
        let value = given.get(JsString::from(name), context)?;
        Ok(if value.is_null() { JsValue::undefined() } else { value })
    }

    pub(super) fn flag(&self, name: &str, default: bool, context: &mut Context) -> JsResult<bool> {
        let value = self.value(name, context)?;
        if value.is_undefined() {
            return Ok(default);
        }
        value.as_boolean().ok_or_else(|| self.wrong(name, "true or false"))
    }

    pub(super) fn text(&self, name: &str, context: &mut Context) -> JsResult<Option<String>> {
        let value = self.value(name, context)?;
        if value.is_undefined() {
            return Ok(None);
        }
        value.as_string().map(|text| Some(text.to_std_string_lossy())).ok_or_else(|| self.wrong(name, "a string"))
    }

    /// Returns an option that must be one of some words.
    pub(super) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)], context: &mut Context) -> JsResult<Option<T>> {
        let Some(given) = self.text(name, context)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| Some(*meaning));
        found.ok_or_else(|| {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("'{}'", word.escape_debug())).collect();
            self.wrong(name, &words.join(" or "))
        })
    }

    /// Returns an option that must be a whole number from 0 to `most`.
    pub(super) fn whole(&self, name: &str, most: u32, context: &mut Context) -> JsResult<Option<u32>> {
        let value = self.value(name, context)?;
        if value.is_undefined() {
            return Ok(None);
        }
        let number = value.as_number().filter(|number| number.fract() == 0.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range")]
        let whole = number.filter(|number| (0.0..=f64::from(most)).contains(number)).map(|number| number as u32);
        whole.map(Some).ok_or_else(|| self.wrong(name, &format!("a whole number from 0 to {most}")))
    }

    /// Returns the error of an invalid option.
    pub(super) fn wrong(&self, name: &str, expected: &str) -> JsError {
        let message = format!("{}: the option `{name}` must be {expected}", self.function);
        JsNativeError::typ().with_message(message).into()
    }
}
