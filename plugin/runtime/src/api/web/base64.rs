//! `btoa` and `atob`: convert characters U+0000 to U+00FF, which stand for bytes, to base64 and back.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::BASE64_STANDARD,
};
use boa_engine::{Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, string::JsStr};

use super::dom_exception;

/// Decodes as on the web: padding is optional, trailing bits are ignored.
const FORGIVING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn btoa(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = given("btoa", args, context)?;
    let bytes: Option<Vec<u8>> = text.iter().map(|unit| u8::try_from(unit).ok()).collect();
    match bytes {
        Some(bytes) => Ok(JsString::from(BASE64_STANDARD.encode(bytes)).into()),
        None => Err(dom_exception::error(
            "InvalidCharacterError",
            "btoa accepts only characters up to U+00FF; use utils.base64.encode for other text",
            context,
        )),
    }
}

pub(super) fn atob(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = given("atob", args, context)?;
    let signs: Option<Vec<u8>> =
        text.iter().filter(|unit| !is_space(*unit)).map(|unit| u8::try_from(unit).ok()).collect();
    match signs.and_then(|signs| FORGIVING.decode(signs).ok()) {
        Some(bytes) => Ok(JsString::from(JsStr::latin1(&bytes)).into()),
        None => Err(dom_exception::error("InvalidCharacterError", "atob: the text is not valid base64", context)),
    }
}

fn given(name: &str, args: &[JsValue], context: &mut Context) -> JsResult<JsString> {
    if args.is_empty() {
        return Err(JsNativeError::typ().with_message(format!("{name} needs a string")).into());
    }
    args.get_or_undefined(0).to_string(context)
}

fn is_space(unit: u16) -> bool {
    matches!(unit, 0x09 | 0x0a | 0x0c | 0x0d | 0x20)
}
