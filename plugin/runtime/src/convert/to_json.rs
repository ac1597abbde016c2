//! JavaScript values to JSON text, as `JSON.stringify` writes it, within bounds.

use std::io::Write;

use boa_engine::{Context, JsError, JsObject, JsString, JsValue, JsVariant, js_string, property::PropertyKey};
use thiserror::Error;

use crate::{
    builtins::is_array,
    objects::{enumerable_keys, unboxed},
    protocol::{Json, Limits},
};

/// Limits of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Maximum size of the text in bytes.
    pub bytes: usize,
    /// Maximum depth of arrays and objects.
    pub depth: usize,
}

impl From<&Limits> for Bounds {
    fn from(limits: &Limits) -> Self {
        Self { bytes: limits.result_bytes, depth: limits.json_depth }
    }
}

/// Why a value cannot be written as JSON. Paths start at the value, as in `.items[2].parent`.
#[derive(Debug, Error)]
pub enum Unserializable {
    #[error("it is larger than {limit} bytes as JSON")]
    TooLarge { limit: usize },
    #[error("it nests more than {limit} deep at `{path}`")]
    TooDeep { limit: usize, path: String },
    #[error("it contains itself at `{path}`")]
    Cycle { path: String },
    /// A getter, `toJSON` or a proxy of the script threw.
    #[error("reading it failed")]
    Thrown(JsError),
}

impl From<JsError> for Unserializable {
    fn from(error: JsError) -> Self {
        Self::Thrown(error)
    }
}

/// Writes a value as JSON; returns `None` for values that `JSON.stringify` leaves out (undefined, functions, symbols).
///
/// # Errors
/// If the value exceeds the bounds, contains itself, or code of the script that it runs throws.
pub fn to_json(value: &JsValue, bounds: Bounds, context: &mut Context) -> Result<Option<Json>, Unserializable> {
    let mut walk = Walk::new(bounds, context);
    if walk.value(value)? { walk.finish().map(Some) } else { Ok(None) }
}

/// Writes arguments as a JSON array, with `null` for values without a JSON text. Trailing undefined ones are left out.
///
/// # Errors
/// As [`to_json`].
pub fn args_to_json(args: &[JsValue], bounds: Bounds, context: &mut Context) -> Result<Json, Unserializable> {
    let given = args.iter().rposition(|arg| !arg.is_undefined()).map_or(0, |last| last + 1);
    let mut walk = Walk::new(bounds, context);
    walk.out.push(b'[');
    for (index, arg) in args.iter().take(given).enumerate() {
        if index > 0 {
            walk.out.push(b',');
        }
        walk.path.push(PathStep::Index(index as u64));
        if !walk.value(arg)? {
            walk.out.extend_from_slice(b"null");
        }
        walk.path.pop();
    }
    walk.out.push(b']');
    walk.finish()
}

enum PathStep {
    Key(JsString),
    Index(u64),
}

struct Walk<'c> {
    out: Vec<u8>,
    bounds: Bounds,
    ancestors: Vec<JsObject>,
    path: Vec<PathStep>,
    /// Number of objects so far whose reading may have run code of the script.
    impure_objects: u64,
    context: &'c mut Context,
}

impl<'c> Walk<'c> {
    const fn new(bounds: Bounds, context: &'c mut Context) -> Self {
        Self { out: Vec::new(), bounds, ancestors: Vec::new(), path: Vec::new(), impure_objects: 0, context }
    }

    fn finish(self) -> Result<Json, Unserializable> {
        let text = String::from_utf8(self.out).unwrap_or_default();
        // The text is JSON by construction; if parsing fails, that is a defect of ours, and null is the safe result.
        Ok(Json::from(serde_json::value::RawValue::from_string(text).unwrap_or_else(|_| null())))
    }

    /// Writes a value; returns false, without writing, if JSON leaves it out.
    fn value(&mut self, value: &JsValue) -> Result<bool, Unserializable> {
        match value.variant() {
            JsVariant::Undefined | JsVariant::Symbol(_) => return Ok(false),
            JsVariant::Null => self.out.extend_from_slice(b"null"),
            JsVariant::Boolean(value) => self.out.extend_from_slice(if value { b"true" } else { b"false" }),
            JsVariant::Integer32(value) => self.print(format_args!("{value}")),
            JsVariant::Float64(value) => self.number(value)?,
            JsVariant::String(text) => self.text(&text)?,
            JsVariant::BigInt(value) => self.print(format_args!("\"{value}\"")),
            JsVariant::Object(object) => return self.object(&object),
        }
        self.check_size()?;
        Ok(true)
    }

    fn object(&mut self, object: &JsObject) -> Result<bool, Unserializable> {
        if let Some(members) = self.pure_members(object) {
            self.enter(object)?;
            self.write_pure(object, members)?;
            self.ancestors.pop();
            return Ok(true);
        }
        self.impure_objects += 1;
        let to_json = object.get(js_string!("toJSON"), self.context)?;
        if let Some(to_json) = to_json.as_callable() {
            let key = self.last_key();
            let replaced = to_json.call(&object.clone().into(), &[key], self.context)?;
            return match replaced.as_object() {
                Some(replaced) => self.plain(&replaced),
                None => self.value(&replaced),
            };
        }
        self.plain(object)
    }

    /// Writes an object that has no `toJSON`, or was returned by one.
    fn plain(&mut self, object: &JsObject) -> Result<bool, Unserializable> {
        if object.is_callable() {
            return Ok(false);
        }
        if let Some(primitive) = self.primitive(object)? {
            return self.value(&primitive);
        }
        self.enter(object)?;
        if is_array(object, self.context)? {
            self.array(object)?
        } else {
            self.members(object)?
        }
        self.ancestors.pop();
        Ok(true)
    }

    /// Returns the primitive value of a wrapper object. `Number` and `String` objects are converted, which can run code of
    /// the script.
    fn primitive(&mut self, object: &JsObject) -> Result<Option<JsValue>, Unserializable> {
        let value = JsValue::from(object.clone());
        if object.is::<f64>() {
            return Ok(Some(value.to_number(self.context)?.into()));
        }
        if object.is::<JsString>() {
            return Ok(Some(value.to_string(self.context)?.into()));
        }
        Ok(unboxed(object))
    }

    /// Begins an object: checks the depth and cycles.
    fn enter(&mut self, object: &JsObject) -> Result<(), Unserializable> {
        if self.ancestors.len() >= self.bounds.depth {
            return Err(Unserializable::TooDeep { limit: self.bounds.depth, path: self.path() });
        }
        if self.ancestors.iter().any(|ancestor| JsObject::equals(ancestor, object)) {
            return Err(Unserializable::Cycle { path: self.path() });
        }
        self.ancestors.push(object.clone());
        Ok(())
    }

    /// Returns the members of a plain object, if reading them runs no code of the script.
    fn pure_members(&self, object: &JsObject) -> Option<Vec<(JsString, JsValue)>> {
        let plain = self.context.intrinsics().constructors().object().prototype();
        if !object.is_ordinary() || !object.prototype().is_some_and(|prototype| JsObject::equals(&prototype, &plain)) {
            return None;
        }
        let members = object.borrow().properties().plain_members()?;
        let is_to_json = |(name, _): &(JsString, JsValue)| *name == js_string!("toJSON");
        (!members.iter().any(is_to_json)).then_some(members)
    }

    /// Writes such an object. After a member that may have run code, the remaining ones are read again, since it may have
    /// changed them.
    fn write_pure(&mut self, object: &JsObject, members: Vec<(JsString, JsValue)>) -> Result<(), Unserializable> {
        let (impure_objects, mut first) = (self.impure_objects, true);
        self.out.push(b'{');
        for (key, value) in members {
            let value = if self.impure_objects == impure_objects {
                value
            } else {
                object.get(PropertyKey::from(key.clone()), self.context)?
            };
            first &= !self.member(key, &value, first)?;
        }
        self.out.push(b'}');
        self.check_size()
    }

    fn array(&mut self, array: &JsObject) -> Result<(), Unserializable> {
        let length = array.get(js_string!("length"), self.context)?.to_length(self.context)?;
        self.out.push(b'[');
        for index in 0..length {
            if index > 0 {
                self.out.push(b',');
            }
            let item = array.get(index, self.context)?;
            self.path.push(PathStep::Index(index));
            if !self.value(&item)? {
                self.out.extend_from_slice(b"null");
                self.check_size()?;
            }
            self.path.pop();
        }
        self.out.push(b']');
        self.check_size()
    }

    fn members(&mut self, object: &JsObject) -> Result<(), Unserializable> {
        self.out.push(b'{');
        let mut first = true;
        for key in enumerable_keys(object, self.context)? {
            let value = object.get(PropertyKey::from(key.clone()), self.context)?;
            first &= !self.member(key, &value, first)?;
        }
        self.out.push(b'}');
        self.check_size()
    }

    /// Writes a member; returns false, without writing, if JSON leaves it out.
    fn member(&mut self, key: JsString, value: &JsValue, first: bool) -> Result<bool, Unserializable> {
        let start = self.out.len();
        if !first {
            self.out.push(b',');
        }
        self.text(&key)?;
        self.out.push(b':');
        self.path.push(PathStep::Key(key));
        let written = self.value(value)?;
        if !written {
            self.out.truncate(start);
        }
        self.path.pop();
        Ok(written)
    }

    fn number(&mut self, value: f64) -> Result<(), Unserializable> {
        const EXACT: f64 = 1e15;
        if !value.is_finite() {
            self.out.extend_from_slice(b"null");
        } else if value.fract() == 0.0 && value.abs() < EXACT {
            #[expect(clippy::cast_possible_truncation, reason = "a whole number below 1e15")]
            self.print(format_args!("{}", value as i64));
        } else {
            let text = JsValue::from(value).to_string(self.context)?;
            // Numbers are written in ASCII.
            self.out.extend_from_slice(text.as_str().as_latin1().unwrap_or_default());
        }
        Ok(())
    }

    fn text(&mut self, text: &JsString) -> Result<(), Unserializable> {
        if text.len() > self.bounds.bytes.saturating_sub(self.out.len()) {
            return Err(Unserializable::TooLarge { limit: self.bounds.bytes });
        }
        // Writing text to memory cannot fail.
        let _ = match text.as_str().as_latin1().filter(|bytes| bytes.is_ascii()).map(std::str::from_utf8) {
            Some(Ok(ascii)) => serde_json::to_writer(&mut self.out, ascii),
            _ => serde_json::to_writer(&mut self.out, &text.to_std_string_lossy()),
        };
        Ok(())
    }

    fn print(&mut self, args: std::fmt::Arguments<'_>) {
        // Writing to memory cannot fail.
        let _ = self.out.write_fmt(args);
    }

    fn check_size(&self) -> Result<(), Unserializable> {
        if self.out.len() > self.bounds.bytes {
            return Err(Unserializable::TooLarge { limit: self.bounds.bytes });
        }
        Ok(())
    }

    fn last_key(&self) -> JsValue {
        match self.path.last() {
            Some(PathStep::Key(key)) => key.clone().into(),
            Some(PathStep::Index(index)) => JsString::from(index.to_string()).into(),
            None => js_string!().into(),
        }
    }

    fn path(&self) -> String {
        const STEPS: usize = 12;
        let more = if self.path.len() > STEPS { "…" } else { "" };
        let steps = self.path.iter().take(STEPS);
        let path: String = steps
            .map(|step| match step {
                PathStep::Key(key) => format!(".{}", key.to_std_string_lossy()),
                PathStep::Index(index) => format!("[{index}]"),
            })
            .collect();
        path + more
    }
}

fn null() -> Json {
    serde_json::value::RawValue::NULL.to_owned()
}
