//! `replace` and `replaceAll` of strings by strings, and the expansion of replacement texts such as `$&`.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string, string::JsStr,
};

use super::{is_reg_exp, method};
use crate::builtins::text::{self, Builder, Search};

/// A match to replace.
#[derive(Debug, Clone, Copy)]
pub(in crate::builtins) struct ReplacedMatch<'s> {
    pub(in crate::builtins) text: &'s JsString,
    pub(in crate::builtins) start: usize,
    pub(in crate::builtins) end: usize,
    /// The groups from the first on; undefined for a group without a match.
    pub(in crate::builtins) groups: &'s [JsValue],
    /// The groups by name, if the pattern has names.
    pub(in crate::builtins) named: Option<&'s JsObject>,
}

/// The replacement of a match.
#[derive(Debug)]
pub(in crate::builtins) enum Replacement {
    Function(JsObject),
    /// A text with `$`, which may be expanded.
    Template(JsString),
    Text(JsString),
}

impl Replacement {
    pub(in crate::builtins) fn of(value: &JsValue, context: &mut Context) -> JsResult<Self> {
        Ok(match value.as_callable() {
            Some(function) => Self::Function(function),
            None => {
                let text = value.to_string(context)?;
                if text.contains(b'$') { Self::Template(text) } else { Self::Text(text) }
            }
        })
    }

    pub(in crate::builtins) fn into_value(self) -> JsValue {
        match self {
            Self::Function(function) => function.into(),
            Self::Template(text) | Self::Text(text) => text.into(),
        }
    }

    /// Whether the replacement uses groups of the match.
    pub(in crate::builtins) fn uses_groups(&self) -> bool {
        match self {
            Self::Function(_) => true,
            Self::Text(_) => false,
            Self::Template(template) => {
                let mut units = template.iter().skip_while(|unit| *unit != u16::from(b'$'));
                units.any(|unit| unit == u16::from(b'<') || (0x30..=0x39).contains(&unit))
            }
        }
    }

    /// Writes the replacement of a match.
    pub(in crate::builtins) fn put(
        &self,
        found: ReplacedMatch<'_>,
        out: &mut Builder,
        context: &mut Context,
    ) -> JsResult<()> {
        context.work(1)?;
        match self {
            Self::Text(text) => out.push(text.as_str()),
            Self::Template(template) => substitute(template, found, out, context),
            Self::Function(function) => {
                let mut args = vec![text::part(found.text, found.start, found.end).into()];
                args.extend_from_slice(found.groups);
                args.push(JsValue::from(found.start));
                args.push(found.text.clone().into());
                args.extend(found.named.map(|named| JsValue::from(named.clone())));
                let replaced = function.call(&JsValue::undefined(), &args, context)?.to_string(context)?;
                out.push(replaced.as_str())
            }
        }
    }
}

pub(super) fn replace(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this.require_object_coercible()?;
    let (pattern, replacement) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if let Some(replacer) = method(pattern, JsSymbol::replace(), context)? {
        return replacer.call(pattern, &[this.clone(), replacement.clone()], context);
    }
    let string = this.to_string(context)?;
    let pattern = pattern.to_string(context)?;
    let replacement = Replacement::of(replacement, context)?;
    let found = Search::new(string.as_str(), pattern.as_str()).first(0);
    replace_at(&string, &pattern, found.as_slice(), &replacement, context)
}

pub(super) fn replace_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let this = this.require_object_coercible()?;
    let (pattern, replacement) = (args.get_or_undefined(0), args.get_or_undefined(1));
    if is_reg_exp(pattern, context)?
        && let Some(object) = pattern.as_object()
    {
        let flags = object.get(js_string!("flags"), context)?;
        if !flags.require_object_coercible()?.to_string(context)?.contains(b'g') {
            let message = "String.prototype.replaceAll called with a non-global RegExp argument";
            return Err(JsNativeError::typ().with_message(message).into());
        }
    }
    if let Some(replacer) = method(pattern, JsSymbol::replace(), context)? {
        return replacer.call(pattern, &[this.clone(), replacement.clone()], context);
    }
    let string = this.to_string(context)?;
    let pattern = pattern.to_string(context)?;
    let replacement = Replacement::of(replacement, context)?;
    let search = Search::new(string.as_str(), pattern.as_str());
    let mut positions = Vec::new();
    let mut from = 0;
    while let Some(position) = search.first(from) {
        positions.push(position);
        from = position + pattern.len().max(1);
    }
    replace_at(&string, &pattern, &positions, &replacement, context)
}

fn replace_at(
    string: &JsString,
    pattern: &JsString,
    positions: &[usize],
    replacement: &Replacement,
    context: &mut Context,
) -> JsResult<JsValue> {
    if positions.is_empty() {
        return Ok(string.clone().into());
    }
    let mut out = Builder::default();
    let mut copied = 0;
    for start in positions.iter().copied() {
        let end = start + pattern.len();
        out.push(between(string, copied, start))?;
        let found = ReplacedMatch { text: string, start, end, groups: &[], named: None };
        replacement.put(found, &mut out, context)?;
        copied = end;
    }
    out.push(between(string, copied, string.len()))?;
    Ok(out.build().into())
}

/// Expands a replacement text: `$$`, `$&`, `` $` ``, `$'`, `$1` to `$99` and `$<name>`.
fn substitute(template: &JsString, found: ReplacedMatch<'_>, out: &mut Builder, context: &mut Context) -> JsResult<()> {
    let units = template.as_str();
    let dollar = JsStr::latin1(b"$");
    let dollars = Search::new(units, dollar);
    let mut at = 0;
    while let Some(sign) = dollars.first(at) {
        out.push(between(template, at, sign))?;
        at = sign + 2;
        let unit = units.get(sign + 1).and_then(|unit| u8::try_from(unit).ok());
        match unit {
            Some(b'$') => out.push_ascii("$")?,
            Some(b'&') => out.push(between(found.text, found.start, found.end))?,
            Some(b'`') => out.push(between(found.text, 0, found.start))?,
            Some(b'\'') => out.push(between(found.text, found.end, found.text.len()))?,
            Some(first @ b'0'..=b'9') => {
                let second = units.get(sign + 2).and_then(|unit| u8::try_from(unit).ok());
                match group(found.groups, first, second) {
                    Some((value, signs)) => {
                        at = sign + signs;
                        if let Some(text) = value.as_string() {
                            out.push(text.as_str())?;
                        }
                    }
                    None => out.push(between(template, sign, at))?,
                }
            }
            Some(b'<') => match (found.named, Search::new(units, JsStr::latin1(b">")).first(at)) {
                (Some(named), Some(end)) => {
                    let value = named.get(text::part(template, at, end), context)?;
                    if !value.is_undefined() {
                        out.push(value.to_string(context)?.as_str())?;
                    }
                    at = end + 1;
                }
                _ => out.push(between(template, sign, at))?,
            },
            _ => {
                out.push_ascii("$")?;
                at = sign + 1;
            }
        }
    }
    out.push(between(template, at, template.len()))
}

/// Returns the group with a number of one or two digits, and the length of the reference with the `$`. Two digits are read
/// as one if there are not that many groups.
fn group(groups: &[JsValue], first: u8, second: Option<u8>) -> Option<(&JsValue, usize)> {
    let digit = |sign: u8| usize::from(sign - b'0');
    let group = |number: usize| groups.get(number.checked_sub(1)?);
    let two = second.filter(u8::is_ascii_digit).and_then(|second| group(digit(first) * 10 + digit(second)));
    two.map(|value| (value, 3)).or_else(|| Some((group(digit(first))?, 2)))
}

/// Returns a part of a string; positions beyond its ends are clamped.
pub(in crate::builtins) fn between(text: &JsString, start: usize, end: usize) -> JsStr<'_> {
    let end = end.min(text.len());
    text.as_str().get(start.min(end)..end).unwrap_or(JsStr::EMPTY)
}
