//! `utils.crypto`: digests, message authentication codes and random bytes, all as lower-case hexadecimal text.
//!
//! `hash(data, algorithm = 'sha256')`, `hmac(key, data, algorithm = 'sha256')`, `randomBytes(length)`. Data is text,
//! taken as UTF-8, or a `Uint8Array`.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, builtins::typed_array::TypedArray,
    object::builtins::JsUint8Array,
};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::api::namespace;

/// Bytes that one call of `randomBytes` may ask for.
const RANDOM: f64 = 65_536.0;

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("hash", 1, hash), ("hmac", 2, hmac), ("randomBytes", 1, random_bytes)], context)
}

#[derive(Clone, Copy)]
enum Algorithm {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

fn algorithm(value: &JsValue) -> JsResult<Algorithm> {
    if value.is_undefined() {
        return Ok(Algorithm::Sha256);
    }
    let name = value.as_string().map(|name| name.to_std_string_lossy().to_ascii_lowercase().replace('-', ""));
    match name.as_deref() {
        Some("md5") => Ok(Algorithm::Md5),
        Some("sha1") => Ok(Algorithm::Sha1),
        Some("sha256") => Ok(Algorithm::Sha256),
        Some("sha384") => Ok(Algorithm::Sha384),
        Some("sha512") => Ok(Algorithm::Sha512),
        _ => Err(JsNativeError::range()
            .with_message("the algorithm must be one of md5, sha1, sha256, sha384, sha512")
            .into()),
    }
}

fn hash(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let data = bytes("utils.crypto.hash", args.get_or_undefined(0), context)?;
    let digest = match algorithm(args.get_or_undefined(1))? {
        Algorithm::Md5 => hex::encode(Md5::digest(&data)),
        Algorithm::Sha1 => hex::encode(Sha1::digest(&data)),
        Algorithm::Sha256 => hex::encode(Sha256::digest(&data)),
        Algorithm::Sha384 => hex::encode(Sha384::digest(&data)),
        Algorithm::Sha512 => hex::encode(Sha512::digest(&data)),
    };
    Ok(JsString::from(digest).into())
}

fn hmac(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let key = bytes("utils.crypto.hmac", args.get_or_undefined(0), context)?;
    let data = bytes("utils.crypto.hmac", args.get_or_undefined(1), context)?;
    let code = match algorithm(args.get_or_undefined(2))? {
        Algorithm::Md5 => authenticate::<Hmac<Md5>>(&key, &data),
        Algorithm::Sha1 => authenticate::<Hmac<Sha1>>(&key, &data),
        Algorithm::Sha256 => authenticate::<Hmac<Sha256>>(&key, &data),
        Algorithm::Sha384 => authenticate::<Hmac<Sha384>>(&key, &data),
        Algorithm::Sha512 => authenticate::<Hmac<Sha512>>(&key, &data),
    };
    let code = code.ok_or_else(|| JsNativeError::range().with_message("utils.crypto.hmac cannot use this key"))?;
    Ok(JsString::from(code).into())
}

fn authenticate<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<String> {
    let mac = <M as KeyInit>::new_from_slice(key).ok()?;
    Some(hex::encode(mac.chain_update(data).finalize().into_bytes()))
}

fn random_bytes(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let length = args.get_or_undefined(0).as_number();
    let length = length.filter(|length| length.fract() == 0.0 && (0.0..=RANDOM).contains(length)).ok_or_else(|| {
        JsNativeError::range().with_message(format!("utils.crypto.randomBytes needs a length from 0 to {RANDOM}"))
    })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    let mut bytes = vec![0; length as usize];
    getrandom::fill(&mut bytes)
        .map_err(|error| JsNativeError::error().with_message(format!("the system has no random bytes: {error}")))?;
    Ok(JsString::from(hex::encode(bytes)).into())
}

fn bytes(function: &str, value: &JsValue, context: &mut Context) -> JsResult<Vec<u8>> {
    if let Some(text) = value.as_string() {
        return Ok(text.to_std_string_lossy().into_bytes());
    }
    if let Some(object) = value.as_object().filter(JsObject::is::<TypedArray>)
        && let Ok(array) = JsUint8Array::from_object(object)
    {
        return Ok(array.iter(context).collect());
    }
    Err(JsNativeError::typ().with_message(format!("{function} needs text or a Uint8Array")).into())
}
