//! Formats the arguments of a console call: joined by spaces, or filled into the first one.

use boa_engine::{Context, JsValue};
use serde_json::Value;

use crate::convert;

/// Returns the text of the arguments, and the objects among them.
pub(super) fn text_of(args: &[JsValue], context: &mut Context) -> (String, Vec<Value>) {
    let (mut message, mut objects) = (String::new(), Vec::new());
    let mut rest = args.iter();
    let Some(first) = rest.next() else { return (message, objects) };
    match first.as_string() {
        // A single string is not a format.
        Some(format) if args.len() > 1 => {
            fill_in(&format.to_std_string_lossy(), &mut rest, (&mut message, &mut objects), context);
        }
        _ => append(first, (&mut message, &mut objects), context),
    }
    for arg in rest {
        message.push(' ');
        append(arg, (&mut message, &mut objects), context);
    }
    (message, objects)
}

/// Fills values into the places of `%s`, `%d`, `%i`, `%f`, `%j`, `%o` and `%O`, while there are values. `%%` is a percent sign;
/// `%c` consumes its value and prints nothing.
fn fill_in<'v>(
    format: &str,
    values: &mut impl Iterator<Item = &'v JsValue>,
    (message, objects): (&mut String, &mut Vec<Value>),
    context: &mut Context,
) {
    let mut pieces = format.split('%');
    message.push_str(pieces.next().unwrap_or_default());
    while let Some(piece) = pieces.next() {
        let mut signs = piece.chars();
        let Some(sign) = signs.next() else {
            // Two percent signs in a row.
            message.push('%');
            message.push_str(pieces.next().unwrap_or_default());
            continue;
        };
        let value = if "sdifjoOc".contains(sign) { values.next() } else { None };
        match (sign, value) {
            (_, None) => {
                message.push('%');
                message.push_str(piece);
                continue;
            }
            ('c', Some(_)) => {}
            ('d' | 'i' | 'f', Some(value)) => message.push_str(&number(value, sign)),
            (_, Some(value)) => append(value, (message, objects), context),
        }
        message.push_str(signs.as_str());
    }
}

/// Formats a number; `NaN` for other values. Objects are not converted, so no code of the script runs.
fn number(value: &JsValue, sign: char) -> String {
    if let Some(whole) = value.as_bigint() {
        return format!("{whole}n");
    }
    let text = value.as_string().map(|text| text.to_std_string_lossy());
    let number = value.as_number().or_else(|| text?.trim().parse().ok());
    match number {
        Some(number) if sign == 'i' && number.is_finite() => format!("{}", number.trunc()),
        Some(number) if number.is_finite() => format!("{number}"),
        Some(number) if number.is_infinite() => if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
        _ => "NaN".to_owned(),
    }
}

/// Appends a value to a line, and to its objects if it is one.
fn append(arg: &JsValue, (message, objects): (&mut String, &mut Vec<Value>), context: &mut Context) {
    if let Some(error) = arg.as_object().filter(|object| convert::message_of(object, context).is_some()) {
        let words = convert::plain_text(arg, context);
        message.push_str(&words);
        let members = convert::beside_message(&error, context);
        if !members.is_empty() {
            message.push_str(&format!(" {}", Value::from(members.clone())));
            objects.push(std::iter::once(("error".to_owned(), words.into())).chain(members).collect());
        }
    } else if arg.is_object() {
        let shown = convert::inspect(arg, context);
        match &shown {
            Value::String(words) => message.push_str(words),
            Value::Array(_) | Value::Object(_) => {
                message.push_str(&shown.to_string());
                objects.push(shown);
            }
            other => message.push_str(&other.to_string()),
        }
    } else {
        message.push_str(&convert::plain_text(arg, context));
    }
}

/// Returns a single object itself, several as a list.
pub(super) fn one_of(mut objects: Vec<Value>) -> Option<Value> {
    match objects.len() {
        0 => None,
        1 => objects.pop(),
        _ => Some(Value::Array(objects)),
    }
}
