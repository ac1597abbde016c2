//! `utils.base64`: `encode(data, {urlSafe?})` and `decode(text, {as?})`. Strings are encoded as UTF-8.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue};

use crate::api::{bytes, namespace, options::Options};

/// Accepts input with and without padding.
const TOLERANT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, TOLERANT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, TOLERANT);

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("encode", 1, encode), ("decode", 1, decode)], context)
}

fn encode(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.base64.encode";
    let data = super::text_or_bytes(NAME, args.get_or_undefined(0), context)?;
    let options = Options::read(NAME, args.get_or_undefined(1), &["urlSafe"], context)?;
    let encoded = if options.flag("urlSafe", false, context)? {
        BASE64_URL_SAFE_NO_PAD.encode(data)
    } else {
        BASE64_STANDARD.encode(data)
    };
    Ok(JsString::from(encoded).into())
}

/// Accepts either alphabet and ignores white space.
fn decode(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    const NAME: &str = "utils.base64.decode";
    let Some(text) = args.get_or_undefined(0).as_string() else {
        return Err(JsNativeError::typ().with_message(format!("{NAME} needs a string")).into());
    };
    let options = Options::read(NAME, args.get_or_undefined(1), &["as"], context)?;
    let as_bytes = options.word("as", &[("text", false), ("bytes", true)], context)?.unwrap_or_default();
    let mut text = text.to_std_string_lossy();
    text.retain(|sign| !sign.is_ascii_whitespace());
    let engine = if text.contains(['-', '_']) { URL_SAFE } else { STANDARD };
    let decoded = engine.decode(text).map_err(|error| {
        JsNativeError::range().with_message(format!("{NAME}: the text is not valid base64 ({error})"))
    })?;
    if as_bytes {
        return bytes::make(&decoded, context);
    }
    let text = String::from_utf8(decoded).map_err(|_| {
        JsNativeError::range().with_message(format!("{NAME}: the bytes are not UTF-8 text; use {{ as: 'bytes' }}"))
    })?;
    Ok(JsString::from(text).into())
}
