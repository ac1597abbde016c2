//! Reads options as ECMA-402 prescribes: unknown names are ignored, and an invalid value is a RangeError.

use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, object::builtins::JsArray};

/// The options of one call.
pub(super) struct Options {
    /// The class of the options: `Intl.NumberFormat`.
    of: &'static str,
    given: Option<JsObject>,
}

impl Options {
    /// Options of the oldest classes, which accept any value.
    pub(super) fn coerced(of: &'static str, value: &JsValue, context: &mut Context) -> JsResult<Self> {
        let given = if value.is_undefined() { None } else { Some(value.to_object(context)?) };
        Ok(Self { of, given })
    }

    /// Options that must be an object.
    pub(super) fn object(of: &'static str, value: &JsValue) -> JsResult<Self> {
        if value.is_undefined() {
            return Ok(Self { of, given: None });
        }
        let given = value
            .as_object()
            .ok_or_else(|| JsNativeError::typ().with_message(format!("the options of {of} must be an object")))?;
        Ok(Self { of, given: Some(given) })
    }

    pub(super) fn value(&self, name: &str, context: &mut Context) -> JsResult<JsValue> {
        match &self.given {
            Some(given) => given.get(JsString::from(name), context),
            None => Ok(JsValue::undefined()),
        }
    }

    pub(super) fn text(&self, name: &str, context: &mut Context) -> JsResult<Option<String>> {
        let value = self.value(name, context)?;
        if value.is_undefined() {
            return Ok(None);
        }
        Ok(Some(value.to_string(context)?.to_std_string_lossy()))
    }

    /// Reads an option with a fixed set of words.
    pub(super) fn word<T: Copy>(&self, name: &str, words: &[(&str, T)], context: &mut Context) -> JsResult<Option<T>> {
        let Some(given) = self.text(name, context)? else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == given).map(|(_, meaning)| Some(*meaning));
        found.ok_or_else(|| self.out_of_range(name, &given))
    }

    pub(super) fn flag(&self, name: &str, context: &mut Context) -> JsResult<Option<bool>> {
        let value = self.value(name, context)?;
        Ok(if value.is_undefined() { None } else { Some(value.to_boolean()) })
    }

    /// Reads an integer option within a range.
    pub(super) fn number(&self, name: &str, least: u16, most: u16, context: &mut Context) -> JsResult<Option<u16>> {
        let value = self.value(name, context)?;
        whole(name, &value, least, most, context)
    }

    pub(super) fn out_of_range(&self, name: &str, value: &str) -> JsError {
        let value: String = value.chars().take(50).collect();
        let message = format!("Value {value} out of range for {} options property {name}", self.of);
        JsNativeError::range().with_message(message).into()
    }
}

/// `DefaultNumberOption`: an integer within a range, or `None`.
pub(super) fn whole(
    name: &str,
    value: &JsValue,
    least: u16,
    most: u16,
    context: &mut Context,
) -> JsResult<Option<u16>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let number = value.to_number(context)?;
    if !(f64::from(least)..=f64::from(most)).contains(&number) {
        return Err(JsNativeError::range().with_message(format!("{name} value is out of range.")).into());
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range")]
    let whole = number.floor() as u16;
    Ok(Some(whole))
}

/// Creates an array of strings.
pub(super) fn texts(texts: impl IntoIterator<Item = String>, context: &mut Context) -> JsValue {
    let texts: Vec<JsValue> = texts.into_iter().map(|text| JsString::from(text).into()).collect();
    JsArray::from_iter(texts, context).into()
}
