//! Parses CSV text to an array of objects, or of arrays if the table has no header.

use std::{borrow::Cow, collections::HashSet, io::Read};

use boa_engine::{
    Context, JsArgs, JsNativeError, JsResult, JsString, JsValue, object::builtins::JsArray, property::PropertyKey,
};
use csv::{Position, Reader, ReaderBuilder, StringRecord, Terminator, Trim};

use super::{blanks, sign, wrong};
use crate::{api::options::Options, objects::plain_object};

const NAME: &str = "utils.csv.parse";
const OPTIONS: [&str; 5] = ["header", "columns", "separator", "quote", "trim"];
/// A row that is appended to the text: if it is missing in the result, a quote before it was not closed.
const SENTINEL: &[u8] = b"\n\x01";

pub(super) fn parse(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(text) = args.get_or_undefined(0).as_string() else {
        return Err(JsNativeError::typ().with_message(format!("{NAME} needs a string")).into());
    };
    let options = Options::read(NAME, args.get_or_undefined(1), &OPTIONS, context)?;
    let trims = options.flag("trim", false, context)?;
    let (separator, quote) = (sign(&options, "separator", b',', context)?, sign(&options, "quote", b'"', context)?);
    let columns = columns(&options, context)?;
    let has_header = options.flag("header", columns.is_none(), context)?;
    let mut reader = ReaderBuilder::new();
    reader
        .delimiter(separator)
        .quote(quote)
        .terminator(Terminator::CRLF)
        .has_headers(false)
        .flexible(true)
        .trim(if trims { Trim::All } else { Trim::None });
    let text = text.to_std_string_lossy();
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = if trims { Cow::Owned(blanks::around_quotes(text, separator, quote)) } else { Cow::Borrowed(text) };
    let mut table = Table { reader: reader.from_reader(text.as_bytes().chain(SENTINEL)), bytes: text.len() as u64 };

    let mut names = columns.unwrap_or_default();
    if has_header {
        let Some(header) = table.next()? else { return Ok(JsArray::new(context)?.into()) };
        if names.is_empty() {
            names = named(header.iter())?;
        }
    }
    let keys: Vec<PropertyKey> = names.iter().map(|name| PropertyKey::from(JsString::from(name.as_str()))).collect();
    let mut rows: Vec<JsValue> = Vec::new();
    let mut record = StringRecord::new();
    while table.read(&mut record)? {
        if names.is_empty() {
            let fields = record.iter().map(|field| JsString::from(field).into());
            rows.push(JsArray::from_iter(fields, context).into());
        } else {
            rows.push(object(&keys, &record, context)?);
        }
    }
    Ok(JsArray::from_iter(rows, context).into())
}

struct Table<R> {
    reader: Reader<R>,
    /// Length of the text in bytes, without [`SENTINEL`].
    bytes: u64,
}

impl<R: Read> Table<R> {
    /// Reads the next row; returns `false` after the last one.
    fn read(&mut self, record: &mut StringRecord) -> JsResult<bool> {
        let line = record.position().map_or(1, Position::line);
        match self.reader.read_record(record) {
            Ok(true) => {
                let is_behind = self.reader.position().byte() > self.bytes;
                Ok(!(is_behind && record.len() == 1 && record.get(0) == Some("\u{1}")))
            }
            Ok(false) => {
                Err(wrong(format!("{NAME}: a quoted field in the row that starts at line {line} is not closed")))
            }
            Err(error) => Err(wrong(format!("{NAME}: {error}"))),
        }
    }

    fn next(&mut self) -> JsResult<Option<StringRecord>> {
        let mut record = StringRecord::new();
        Ok(self.read(&mut record)?.then_some(record))
    }
}

/// Returns the names in the option `columns`.
fn columns(options: &Options, context: &mut Context) -> JsResult<Option<Vec<String>>> {
    let given = options.value("columns", context)?;
    if given.is_undefined() {
        return Ok(None);
    }
    let names = super::texts(&given, context)?.filter(|names| !names.is_empty());
    let names = names.ok_or_else(|| options.wrong("columns", "an array of names"))?;
    named(names.iter().map(String::as_str)).map(Some)
}

/// Returns the names of columns; unnamed ones get a number. Duplicate names are an error.
fn named<'n>(header: impl Iterator<Item = &'n str>) -> JsResult<Vec<String>> {
    let mut seen = HashSet::new();
    let names = header.enumerate().map(|(index, name)| {
        let name = if name.is_empty() { format!("column_{}", index + 1) } else { name.to_owned() };
        if seen.insert(name.clone()) {
            return Ok(name);
        }
        Err(wrong(format!("{NAME}: two columns have the name `{name}`; set other names with {{ columns: […] }}")))
    });
    names.collect()
}

/// Returns a row as an object by column names. Fields missing at its end are empty.
fn object(keys: &[PropertyKey], record: &StringRecord, context: &mut Context) -> JsResult<JsValue> {
    if record.len() > keys.len() && record.iter().skip(keys.len()).any(|field| !field.is_empty()) {
        let line = record.position().map_or(1, Position::line);
        let (has, columns) = (record.len(), keys.len());
        return Err(wrong(format!(
            "{NAME}: the row at line {line} has {has} fields, but the table has {columns} columns"
        )));
    }
    let field = |(index, key): (usize, &PropertyKey)| {
        (key.clone(), JsString::from(record.get(index).unwrap_or_default()).into())
    };
    Ok(plain_object(keys.iter().enumerate().map(field), context).into())
}
