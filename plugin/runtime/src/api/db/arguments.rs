//! Converts the arguments of `db` to JSON texts, with tagged values, in the form that the host expects.

use boa_engine::{
    Context, JsNativeError, JsObject, JsResult, JsString, JsValue, builtins::date::Date, js_string,
    object::builtins::JsUint8Array,
};

use crate::convert::{Bounds, members, plain_json, tagged};

/// Converts an array of values.
pub(super) fn params(given: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    if given.is_null_or_undefined() {
        return Ok("[]".to_owned());
    }
    let Some(array) = given.as_object().filter(JsObject::is_array) else {
        return Err(wrong("db.query: the values must be an array"));
    };
    let mut values = Vec::new();
    for (index, value) in items(&array, context)?.into_iter().enumerate() {
        values.push(tagged(&format!("the value ${}", index + 1), &value, bounds, context)?);
    }
    Ok(format!("[{}]", values.join(",")))
}

/// Converts columns with their values; undefined values are left out.
pub(super) fn row(method: &str, given: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    let Some(object) = plain_object(given) else {
        return Err(wrong(&format!("{method}: the columns must be an object")));
    };
    members(&object, context, |name, value, context| {
        if value.is_undefined() {
            return Ok(None);
        }
        tagged(&format!("the column `{name}`"), value, bounds, context).map(Some)
    })
}

/// Converts one row, or an array of rows.
pub(super) fn rows(method: &str, given: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    let Some(array) = given.as_object().filter(JsObject::is_array) else { return row(method, given, bounds, context) };
    let mut texts = Vec::new();
    for item in items(&array, context)? {
        texts.push(row(method, &item, bounds, context)?);
    }
    Ok(format!("[{}]", texts.join(",")))
}

/// Converts columns with a value, or with operators and their values.
pub(super) fn conditions(method: &str, given: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    if given.is_null_or_undefined() {
        return Ok("null".to_owned());
    }
    let Some(object) = plain_object(given) else {
        return Err(wrong(&format!("{method}: the conditions must be an object")));
    };
    members(&object, context, |name, value, context| {
        let what = format!("the condition on `{name}`");
        if value.as_object().is_some_and(|object| object.is_array()) {
            return Err(wrong(&format!("{what} is an array; write {{in: […]}}")));
        }
        let Some(operators) = plain_object(value) else { return tagged(&what, value, bounds, context).map(Some) };
        let tests = members(&operators, context, |operator, value, context| {
            if operator.starts_with('$') {
                // These names are tags in the messages to the host.
                return Err(wrong(&format!(
                    "{what}: unknown operator \"{operator}\"; operators are words, such as {{gte: 1}}"
                )));
            }
            let what = format!("{what} ({operator})");
            match value.as_object().filter(JsObject::is_array) {
                Some(array) => {
                    let mut values = Vec::new();
                    for item in items(&array, context)? {
                        values.push(tagged(&what, &item, bounds, context)?);
                    }
                    Ok(Some(format!("[{}]", values.join(","))))
                }
                None => tagged(&what, value, bounds, context).map(Some),
            }
        });
        tests.map(Some)
    })
}

/// Converts `{columns, orderBy, limit, offset}`. `orderBy` is a column, `"column desc"`, an object of columns, or an array of these.
pub(super) fn options(given: &JsValue, bounds: Bounds, context: &mut Context) -> JsResult<String> {
    if given.is_null_or_undefined() {
        return Ok("null".to_owned());
    }
    let Some(object) = plain_object(given) else { return Err(wrong("db.findMany: the options must be an object")) };
    members(&object, context, |name, value, context| {
        if value.is_undefined() {
            return Ok(None);
        }
        if name != "orderBy" {
            return plain_json(&format!("the option `{name}`"), value, bounds, context).map(Some);
        }
        let mut order = Vec::new();
        match value.as_object().filter(JsObject::is_array) {
            Some(array) => {
                for item in items(&array, context)? {
                    ordered(&item, &mut order, context)?;
                }
            }
            None => ordered(value, &mut order, context)?,
        }
        Ok(Some(serde_json::Value::from(order).to_string()))
    })
}

fn ordered(item: &JsValue, order: &mut Vec<serde_json::Value>, context: &mut Context) -> JsResult<()> {
    let mut add = |column: &str, direction: &str| {
        let direction = direction.trim().to_ascii_lowercase();
        if direction != "asc" && direction != "desc" {
            return Err(wrong(&format!("the order must be \"asc\" or \"desc\", not \"{direction}\"")));
        }
        order.push(serde_json::json!([column.trim(), direction]));
        Ok(())
    };
    if let Some(text) = item.as_string() {
        let text = text.to_std_string_lossy();
        let (column, direction) = text.trim().rsplit_once(' ').unwrap_or((text.trim(), "asc"));
        return add(column, direction);
    }
    let Some(object) = plain_object(item) else {
        return Err(wrong("orderBy must name columns, such as \"name\" or {name: \"desc\"}"));
    };
    members(&object, context, |column, direction, _| {
        let direction =
            direction.as_string().map_or_else(|| "?".to_owned(), |text: JsString| text.to_std_string_lossy());
        add(column, &direction).map(|()| None)
    })?;
    Ok(())
}

fn items(array: &JsObject, context: &mut Context) -> JsResult<Vec<JsValue>> {
    const MAX_ITEMS: u64 = 100_000;
    let length = array.get(js_string!("length"), context)?.to_length(context)?;
    if length > MAX_ITEMS {
        return Err(wrong(&format!("an array of {length} values exceeds the limit of {MAX_ITEMS}")));
    }
    (0..length).map(|index| array.get(index, context)).collect()
}

/// Returns an object that is not itself a column value.
fn plain_object(value: &JsValue) -> Option<JsObject> {
    let object = value.as_object()?;
    let other = object.is_array() || object.is_callable() || object.is::<Date>();
    (!other && JsUint8Array::from_object(object.clone()).is_err()).then_some(object)
}

fn wrong(message: &str) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.to_owned()).into()
}
