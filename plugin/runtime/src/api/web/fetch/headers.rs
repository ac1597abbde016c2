//! `Headers`: case-insensitive names with their values.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    class::{Class, ClassBuilder},
    object::builtins::JsArray,
    property::Attribute,
};

use super::super::{
    CLASS, methods,
    pairs::{self, IteratorItem, Pair, texts},
    tag,
};

/// The only header whose values cannot be joined.
const SET_COOKIE: &str = "set-cookie";

#[derive(Debug, Default, Trace, Finalize, JsData)]
pub(super) struct Headers {
    /// Names in lower case with values, in the order in which they were added.
    pairs: Vec<Pair>,
    /// Whether they are the headers of a response, which cannot be changed.
    read_only: bool,
}

impl Class for Headers {
    const NAME: &'static str = "Headers";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        methods(
            class,
            &[
                ("append", 2, append),
                ("delete", 1, delete),
                ("get", 1, get),
                ("getSetCookie", 0, get_set_cookie),
                ("has", 1, has),
                ("set", 2, set),
                ("forEach", 1, |this, args, context| pairs::for_each(Self::NAME, sorted(this)?, this, args, context)),
                ("keys", 0, |this, _, context| pairs::iterate(sorted(this)?, IteratorItem::Names, context)),
                ("values", 0, |this, _, context| pairs::iterate(sorted(this)?, IteratorItem::Values, context)),
            ],
        );
        pairs::entries(class, |this, _, context| pairs::iterate(sorted(this)?, IteratorItem::Pairs, context));
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Self::read(args.get_or_undefined(0), context)
    }
}

impl Headers {
    /// Reads headers from `Headers`, pairs or an object; empty for undefined and null.
    pub(super) fn read(given: &JsValue, context: &mut Context) -> JsResult<Self> {
        let mut headers = Self::default();
        if given.is_null_or_undefined() {
            return Ok(headers);
        }
        let Some(object) = given.as_object() else {
            return Err(wrong("Headers needs an object or pairs of a name and a value"));
        };
        if let Some(known) = object.downcast_ref::<Self>() {
            headers.pairs.clone_from(&known.pairs);
            return Ok(headers);
        }
        for (name, value) in pairs::read(Self::NAME, &object, context)? {
            headers.pairs.push(checked(&name, &value)?);
        }
        Ok(headers)
    }

    /// Creates the headers of a response, which cannot be changed.
    pub(super) fn of_response(pairs: Vec<Pair>) -> Self {
        Self { pairs, read_only: true }
    }

    /// Returns a copy of an object's headers that can be changed.
    pub(super) fn copy_of(object: &JsObject) -> Self {
        let pairs = object.downcast_ref::<Self>().map(|headers| headers.pairs.clone()).unwrap_or_default();
        Self { pairs, read_only: false }
    }

    /// Adds a header unless one with its name exists.
    pub(super) fn default_to(&mut self, name: &str, value: &str) {
        if !self.pairs.iter().any(|pair| pair.0 == name) {
            self.pairs.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Returns names and values of an object's headers as they are sent: values of the same name joined.
    pub(super) fn joined(object: &JsObject) -> Vec<Pair> {
        let mut joined: Vec<Pair> = Vec::new();
        let headers = object.downcast_ref::<Self>();
        for (name, value) in headers.iter().flat_map(|headers| &headers.pairs) {
            match joined.iter_mut().find(|pair| pair.0 == *name) {
                Some(pair) => pair.1 = format!("{}, {value}", pair.1),
                None => joined.push((name.clone(), value.clone())),
            }
        }
        joined.sort();
        joined
    }
}

/// Returns a name in lower case and a trimmed value, both valid for sending.
fn checked(name: &str, value: &str) -> JsResult<Pair> {
    let name = checked_name(name)?;
    let value = value.trim_matches([' ', '\t', '\r', '\n']);
    if value.chars().any(|c| matches!(c, '\0' | '\r' | '\n') || u32::from(c) > 0xff) {
        return Err(wrong(&format!(
            "the header {name} has line breaks or characters beyond Latin-1; encode its value, for example with `encodeURIComponent`"
        )));
    }
    Ok((name, value.to_owned()))
}

fn checked_name(name: &str) -> JsResult<String> {
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        let shown: String = name.chars().take(100).collect();
        return Err(wrong(&format!("\"{}\" is not a valid header name", shown.escape_debug())));
    }
    Ok(name.to_ascii_lowercase())
}

fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("Headers.append", args, context)?;
    let pair = checked(&name, &value)?;
    change(this, |pairs| pairs.push(pair))
}

fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("Headers.set", args, context)?;
    let pair = checked(&name, &value)?;
    change(this, |pairs| {
        pairs.retain(|known| known.0 != pair.0);
        pairs.push(pair);
    })
}

fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("Headers.delete", args, context)?;
    let name = checked_name(&name)?;
    change(this, |pairs| pairs.retain(|known| known.0 != name))
}

fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("Headers.get", args, context)?;
    let name = checked_name(&name)?;
    let values = with(this, |headers| values(&headers.pairs, &name))?;
    Ok(if values.is_empty() { JsValue::null() } else { JsString::from(values.join(", ")).into() })
}

fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("Headers.has", args, context)?;
    let name = checked_name(&name)?;
    with(this, |headers| headers.pairs.iter().any(|pair| pair.0 == name).into())
}

fn get_set_cookie(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let values = with(this, |headers| values(&headers.pairs, SET_COOKIE))?;
    Ok(JsArray::from_iter(values.into_iter().map(|value| JsString::from(value).into()), context).into())
}

fn values(pairs: &[Pair], name: &str) -> Vec<String> {
    pairs.iter().filter(|pair| pair.0 == name).map(|pair| pair.1.clone()).collect()
}

/// Returns the headers sorted by name, as they are iterated: values of the same name joined, each cookie separate.
fn sorted(this: &JsValue) -> JsResult<Vec<Pair>> {
    let cookies = with(this, |headers| values(&headers.pairs, SET_COOKIE))?;
    let mut sorted = this.as_object().map(|object| Headers::joined(&object)).unwrap_or_default();
    sorted.retain(|pair| pair.0 != SET_COOKIE);
    let place = sorted.partition_point(|pair| pair.0.as_str() < SET_COOKIE);
    sorted.splice(place..place, cookies.into_iter().map(|cookie| (SET_COOKIE.to_owned(), cookie)));
    Ok(sorted)
}

fn change(this: &JsValue, change: impl FnOnce(&mut Vec<Pair>)) -> JsResult<JsValue> {
    with(this, |headers| {
        if headers.read_only {
            return Err(wrong(
                "the headers of a response cannot be changed; copy them: `new Headers(response.headers)`",
            ));
        }
        change(&mut headers.pairs);
        Ok(JsValue::undefined())
    })?
}

fn with<T>(this: &JsValue, work: impl FnOnce(&mut Headers) -> T) -> JsResult<T> {
    let object = this.as_object();
    let mut headers = object
        .as_ref()
        .and_then(JsObject::downcast_mut::<Headers>)
        .ok_or_else(|| wrong("this is not a Headers object"))?;
    Ok(work(&mut headers))
}

fn wrong(message: &str) -> boa_engine::JsError {
    JsNativeError::typ().with_message(message.to_owned()).into()
}
