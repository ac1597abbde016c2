//! `escape`, which old scripts use. The engine's makes a list of two bytes for each of six characters a letter, and
//! copies it.

use boa_engine::{Context, JsArgs, JsResult, JsValue, string::JsStr};

use super::{replace, text::Builder};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    replace(&global, &[("escape", escape)], context)
}

fn escape(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let mut out = Builder::default();
    for unit in &text {
        match u8::try_from(unit) {
            Ok(sign) if is_plain(sign) => out.push(JsStr::latin1(&[sign]))?,
            Ok(sign) => out.push_ascii(&format!("%{sign:02X}"))?,
            Err(_) => out.push_ascii(&format!("%u{unit:04X}"))?,
        }
    }
    Ok(out.build().into())
}

fn is_plain(sign: u8) -> bool {
    sign.is_ascii_alphanumeric() || b"@*_+-./".contains(&sign)
}
