//! `utils.crypto`: digests, message authentication codes, comparison in constant time, and random bytes.
//!
//! `hash(data, algorithm = 'sha256', encoding = 'hex')`, `hmac(data, key, algorithm = 'sha256', encoding = 'hex')`,
//! `equal(a, b)`, `randomBytes(length)`. Data is bytes, or a string, which is encoded as UTF-8.

use base64::{
    Engine as _,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use boa_engine::{Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq as _;

use super::text_or_bytes;
use crate::api::{bytes, namespace};

/// Maximum of bytes of one call of `randomBytes`.
const MAX_RANDOM_BYTES: f64 = 65_536.0;

pub(super) fn build(context: &mut Context) -> JsResult<JsObject> {
    namespace(&[("hash", 1, hash), ("hmac", 2, hmac), ("equal", 2, equal), ("randomBytes", 1, random_bytes)], context)
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
    let data = text_or_bytes("utils.crypto.hash", args.get_or_undefined(0), context)?;
    let digest = match algorithm(args.get_or_undefined(1))? {
        Algorithm::Md5 => Md5::digest(&data).to_vec(),
        Algorithm::Sha1 => Sha1::digest(&data).to_vec(),
        Algorithm::Sha256 => Sha256::digest(&data).to_vec(),
        Algorithm::Sha384 => Sha384::digest(&data).to_vec(),
        Algorithm::Sha512 => Sha512::digest(&data).to_vec(),
    };
    encoded(&digest, args.get_or_undefined(2), context)
}

fn hmac(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let data = text_or_bytes("utils.crypto.hmac", args.get_or_undefined(0), context)?;
    let key = text_or_bytes("utils.crypto.hmac", args.get_or_undefined(1), context)?;
    let code = match algorithm(args.get_or_undefined(2))? {
        Algorithm::Md5 => authenticate::<Hmac<Md5>>(&key, &data),
        Algorithm::Sha1 => authenticate::<Hmac<Sha1>>(&key, &data),
        Algorithm::Sha256 => authenticate::<Hmac<Sha256>>(&key, &data),
        Algorithm::Sha384 => authenticate::<Hmac<Sha384>>(&key, &data),
        Algorithm::Sha512 => authenticate::<Hmac<Sha512>>(&key, &data),
    };
    let code = code.ok_or_else(|| JsNativeError::range().with_message("utils.crypto.hmac cannot use this key"))?;
    encoded(&code, args.get_or_undefined(3), context)
}

fn authenticate<M: Mac + KeyInit>(key: &[u8], data: &[u8]) -> Option<Vec<u8>> {
    let mac = <M as KeyInit>::new_from_slice(key).ok()?;
    Some(mac.chain_update(data).finalize().into_bytes().to_vec())
}

/// Returns a digest in the requested encoding.
fn encoded(digest: &[u8], encoding: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let name = encoding.as_string().map(|name| name.to_std_string_lossy());
    let text = match name.as_deref() {
        None if encoding.is_undefined() => hex::encode(digest),
        Some("hex") => hex::encode(digest),
        Some("base64") => BASE64_STANDARD.encode(digest),
        Some("base64url") => BASE64_URL_SAFE_NO_PAD.encode(digest),
        Some("bytes") => return bytes::make(digest, context),
        _ => {
            let message = "the encoding must be one of hex, base64, base64url, bytes";
            return Err(JsNativeError::range().with_message(message).into());
        }
    };
    Ok(JsString::from(text).into())
}

/// Compares in constant time: the duration depends only on the lengths, not on the position of the first difference.
fn equal(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let one = text_or_bytes("utils.crypto.equal", args.get_or_undefined(0), context)?;
    let other = text_or_bytes("utils.crypto.equal", args.get_or_undefined(1), context)?;
    Ok(bool::from(one.as_slice().ct_eq(other.as_slice())).into())
}

fn random_bytes(_: &JsValue, args: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    let length = args.get_or_undefined(0).as_number();
    let length = length
        .filter(|length| length.fract() == 0.0 && (0.0..=MAX_RANDOM_BYTES).contains(length))
        .ok_or_else(|| {
            JsNativeError::range()
                .with_message(format!("utils.crypto.randomBytes needs a length from 0 to {MAX_RANDOM_BYTES}"))
        })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    let mut bytes = vec![0; length as usize];
    getrandom::fill(&mut bytes)
        .map_err(|error| JsNativeError::error().with_message(format!("the system has no random bytes: {error}")))?;
    Ok(JsString::from(hex::encode(bytes)).into())
}
