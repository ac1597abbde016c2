//! Writes an array of objects or of arrays as CSV text.

use std::collections::HashSet;

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsValue, JsVariant, builtins::date::Date, js_string,
    object::builtins::JsDate, property::PropertyKey,
};
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::{sign, wrong};
use crate::{api::options::Options, convert, objects::enumerable_keys};

const NAME: &str = "utils.csv.stringify";
const OPTIONS: [&str; 6] = ["header", "columns", "separator", "quote", "quoteAll", "newline"];

pub(super) fn stringify(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(rows) = args.get_or_undefined(0).as_object().filter(JsObject::is_array) else {
        return Err(JsNativeError::typ().with_message(format!("{NAME} needs an array of rows")).into());
    };
    let options = Options::read(NAME, args.get_or_undefined(1), &OPTIONS, context)?;
    let newlines = [("\n", Terminator::Any(b'\n')), ("\r\n", Terminator::CRLF)];
    let style = if options.flag("quoteAll", false, context)? { QuoteStyle::Always } else { QuoteStyle::Necessary };
    let mut writer = WriterBuilder::new()
        .delimiter(sign(&options, "separator", b',', context)?)
        .quote(sign(&options, "quote", b'"', context)?)
        .terminator(options.word("newline", &newlines, context)?.unwrap_or(Terminator::Any(b'\n')))
        .quote_style(style)
        .flexible(true)
        .from_writer(Vec::new());

    let length = rows.get(js_string!("length"), context)?.to_length(context)?;
    let rows: Vec<JsObject> = (0..length).map(|index| row(&rows, index, context)).collect::<JsResult<_>>()?;
    let columns = columns(&rows, &options, context)?;
    if options.flag("header", true, context)? && !columns.is_empty() {
        for name in &columns {
            field(&mut writer, &name.to_std_string_lossy())?;
        }
        end(&mut writer)?;
    }
    for (index, row) in rows.iter().enumerate() {
        write(row, index, &columns, &mut writer, context)?;
    }
    let written = writer.into_inner().map_err(|error| wrong(format!("{NAME}: {error}")))?;
    Ok(JsString::from(String::from_utf8_lossy(&written).as_ref()).into())
}

fn row(rows: &JsObject, index: u64, context: &mut Context) -> JsResult<JsObject> {
    let row = rows.get(index, context)?.as_object();
    row.ok_or_else(|| {
        let message = format!("{NAME}: row {} is neither an object nor an array", index + 1);
        JsNativeError::typ().with_message(message).into()
    })
}

/// Returns the requested columns, or those of all rows in order of first occurrence.
fn columns(rows: &[JsObject], options: &Options, context: &mut Context) -> JsResult<Vec<JsString>> {
    let given = options.value("columns", context)?;
    if !given.is_undefined() {
        let names = super::texts(&given, context)?.ok_or_else(|| options.wrong("columns", "an array of names"))?;
        return Ok(names.into_iter().map(JsString::from).collect());
    }
    let (mut seen, mut columns) = (HashSet::new(), Vec::new());
    for row in rows.iter().filter(|row| !row.is_array()) {
        for key in enumerable_keys(row, context)? {
            if seen.insert(key.clone()) {
                columns.push(key);
            }
        }
    }
    Ok(columns)
}

fn write(
    row: &JsObject,
    index: usize,
    columns: &[JsString],
    writer: &mut Writer<Vec<u8>>,
    context: &mut Context,
) -> JsResult<()> {
    if row.is_array() {
        let length = row.get(js_string!("length"), context)?.to_length(context)?;
        for column in 0..length {
            let value = row.get(column, context)?;
            let text = text(&value, context)?.ok_or_else(|| unwritable(index, &(column + 1).to_string()))?;
            field(writer, &text)?;
        }
    } else {
        for name in columns {
            let value = row.get(PropertyKey::from(name.clone()), context)?;
            let text = text(&value, context)?.ok_or_else(|| unwritable(index, &name.to_std_string_lossy()))?;
            field(writer, &text)?;
        }
    }
    end(writer)
}

/// Returns a value as the text of a field; `None` if it is not a string, number, boolean or date.
fn text(value: &JsValue, context: &mut Context) -> JsResult<Option<String>> {
    Ok(match value.variant() {
        JsVariant::Undefined | JsVariant::Null => Some(String::new()),
        JsVariant::String(text) => Some(text.to_std_string_lossy()),
        JsVariant::Symbol(_) => None,
        JsVariant::Object(object) if object.is::<Date>() => {
            let time = JsDate::from_object(object)?.get_time(context)?;
            time.as_number().filter(|time| time.is_finite()).map(|_| convert::plain_text(value, context))
        }
        JsVariant::Object(_) => None,
        JsVariant::Boolean(_) | JsVariant::Integer32(_) | JsVariant::Float64(_) | JsVariant::BigInt(_) => {
            Some(value.to_string(context)?.to_std_string_lossy())
        }
    })
}

fn unwritable(index: usize, column: &str) -> boa_engine::JsError {
    let message = format!(
        "{NAME}: row {}, column {column}: a field must be a string, a number, a boolean, a date or null",
        index + 1
    );
    JsNativeError::typ().with_message(message).into()
}

fn field(writer: &mut Writer<Vec<u8>>, text: &str) -> JsResult<()> {
    writer.write_field(text).map_err(|error| wrong(format!("{NAME}: {error}")))
}

fn end(writer: &mut Writer<Vec<u8>>) -> JsResult<()> {
    writer.write_record(None::<&[u8]>).map_err(|error| wrong(format!("{NAME}: {error}")))
}
