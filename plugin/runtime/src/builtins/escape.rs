//! `escape`, which old scripts use. One character becomes up to six: the memory is allocated once.

use boa_engine::{Context, JsArgs, JsResult, JsValue, string::JsStr};

use super::{replace, text::Builder};

pub(super) fn install(context: &mut Context) -> JsResult<()> {
    let global = context.global_object();
    replace(&global, &[("escape", escape)], context)
}

fn escape(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?;
    let width = |unit: u16| u8::try_from(unit).map_or(6, |sign| if is_plain(sign) { 1 } else { 3 });
    let mut out = Builder::with_capacity(text.iter().map(width).sum())?;
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
