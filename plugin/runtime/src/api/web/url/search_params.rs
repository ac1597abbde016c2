//! `URLSearchParams`: the names and values of a query, in their order. Those of a `URL` write it anew when they change.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction,
    Trace,
    class::{Class, ClassBuilder},
    js_string,
    object::{
        FunctionObjectBuilder,
        builtins::{JsArray, JsFunction},
    },
    property::{Attribute, PropertyKey},
};
use url::form_urlencoded;

use super::{CLASS, accessors, methods, set_query, tag};
use crate::convert;

#[derive(Debug, Default, Trace, Finalize, JsData)]
pub(super) struct UrlSearchParams {
    pairs: Vec<(String, String)>,
    /// The `URL` that they are of.
    owner: Option<JsObject>,
}

impl Class for UrlSearchParams {
    const NAME: &'static str = "URLSearchParams";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        methods(
            class,
            &[
                ("append", 2, append),
                ("delete", 1, delete),
                ("get", 1, get),
                ("getAll", 1, get_all),
                ("has", 1, has),
                ("set", 2, set),
                ("sort", 0, sort),
                ("toString", 0, to_string),
                ("forEach", 1, for_each),
                ("keys", 0, |this, _, context| iterate(this, Shown::Names, context)),
                ("values", 0, |this, _, context| iterate(this, Shown::Values, context)),
            ],
        );
        accessors(class, &[("size", |this, _, _| with(this, |params| params.pairs.len().into()), None)]);
        let entries = NativeFunction::from_fn_ptr(|this, _, context| iterate(this, Shown::Pairs, context));
        let realm = class.context().realm().clone();
        let entries = FunctionObjectBuilder::new(&realm, entries).name(js_string!("entries")).build();
        let attributes = Attribute::WRITABLE | Attribute::CONFIGURABLE;
        class.property(js_string!("entries"), entries.clone(), attributes);
        class.property(JsSymbol::iterator(), entries, attributes);
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let given = args.get_or_undefined(0);
        let Some(object) = given.as_object() else {
            let mut params = Self::default();
            if !given.is_null_or_undefined() {
                let query = given.to_string(context)?.to_std_string_lossy();
                params.read(query.strip_prefix('?').unwrap_or(&query));
            }
            return Ok(params);
        };
        if let Some(params) = object.downcast_ref::<Self>() {
            return Ok(Self { pairs: params.pairs.clone(), owner: None });
        }
        let pairs = if object.get(JsSymbol::iterator(), context)?.is_null_or_undefined() {
            members(&object, context)?
        } else {
            listed(given, context)?
        };
        Ok(Self { pairs, owner: None })
    }
}

impl UrlSearchParams {
    /// The parameters of a query that belong to an address.
    pub(super) fn of(query: &str, owner: JsObject) -> Self {
        let mut params = Self { pairs: Vec::new(), owner: Some(owner) };
        params.read(query);
        params
    }

    /// Takes the pairs of a query in place of those that are there.
    pub(super) fn read(&mut self, query: &str) {
        self.pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    }

    pub(super) fn to_text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }
}

/// The own members of an object, `{name: value}`.
fn members(object: &JsObject, context: &mut Context) -> JsResult<Vec<(String, String)>> {
    let keys = convert::enumerable_keys(object, context)?;
    let pairs = keys.into_iter().map(|key| {
        let value = object.get(PropertyKey::from(key.clone()), context)?.to_string(context)?;
        Ok((key.to_std_string_lossy(), value.to_std_string_lossy()))
    });
    pairs.collect()
}

/// The pairs of anything that can be iterated, `[[name, value]]`.
fn listed(given: &JsValue, context: &mut Context) -> JsResult<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    for pair in array_of(given, context)? {
        let pair = if pair.is_object() { array_of(&pair, context)? } else { Vec::new() };
        let [name, value] = pair.as_slice() else {
            return Err(JsNativeError::typ().with_message("URLSearchParams takes pairs of a name and a value").into());
        };
        let (name, value) = (name.to_string(context)?, value.to_string(context)?);
        pairs.push((name.to_std_string_lossy(), value.to_std_string_lossy()));
    }
    Ok(pairs)
}

fn array_of(given: &JsValue, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let array = context.intrinsics().constructors().array().constructor();
    let from = array.get(js_string!("from"), context)?.as_object().and_then(JsFunction::from_object);
    let from = from.ok_or_else(|| JsNativeError::typ().with_message("there is no Array.from"))?;
    let made = from.call(&array.into(), std::slice::from_ref(given), context)?;
    let made = made.as_object().ok_or_else(|| JsNativeError::typ().with_message("this cannot be iterated"))?;
    let length = made.get(js_string!("length"), context)?.to_length(context)?;
    (0..length).map(|index| made.get(index, context)).collect()
}

/// Arguments as texts: so many that are needed, and those that may follow.
fn texts<const NEEDED: usize>(
    name: &str,
    args: &[JsValue],
    context: &mut Context,
) -> JsResult<([String; NEEDED], Option<String>)> {
    if args.len() < NEEDED {
        let message = format!("URLSearchParams.{name} has too few arguments: it needs {NEEDED}");
        return Err(JsNativeError::typ().with_message(message).into());
    }
    let mut needed = [const { String::new() }; NEEDED];
    for (place, arg) in needed.iter_mut().zip(args) {
        *place = arg.to_string(context)?.to_std_string_lossy();
    }
    let more = match args.get_or_undefined(NEEDED) {
        more if more.is_undefined() => None,
        more => Some(more.to_string(context)?.to_std_string_lossy()),
    };
    Ok((needed, more))
}

fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("append", args, context)?;
    change(this, |pairs| pairs.push((name, value)))
}

fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], value) = texts::<1>("delete", args, context)?;
    change(this, |pairs| {
        pairs.retain(|pair| pair.0 != name || value.as_ref().is_some_and(|value| pair.1 != *value));
    })
}

fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("set", args, context)?;
    change(this, |pairs| {
        let mut is_set = false;
        pairs.retain_mut(|pair| {
            if pair.0 != name {
                return true;
            }
            pair.1.clone_from(&value);
            !std::mem::replace(&mut is_set, true)
        });
        if !is_set {
            pairs.push((name, value));
        }
    })
}

/// By the UTF-16 units of the names; those of the same name stay in their order.
fn sort(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    change(this, |pairs| pairs.sort_by(|one, other| one.0.encode_utf16().cmp(other.0.encode_utf16())))
}

fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("get", args, context)?;
    let found = with(this, |params| params.pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.clone()))?;
    Ok(found.map_or_else(JsValue::null, |value| JsString::from(value).into()))
}

fn get_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("getAll", args, context)?;
    let found = with(this, |params| {
        let values = params.pairs.iter().filter(|pair| pair.0 == name);
        values.map(|pair| JsValue::from(JsString::from(pair.1.as_str()))).collect::<Vec<_>>()
    })?;
    Ok(JsArray::from_iter(found, context).into())
}

fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], value) = texts::<1>("has", args, context)?;
    with(this, |params| {
        params.pairs.iter().any(|pair| pair.0 == name && value.as_ref().is_none_or(|value| pair.1 == *value)).into()
    })
}

fn to_string(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    with(this, |params| JsString::from(params.to_text()).into())
}

fn for_each(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(function) = args.get_or_undefined(0).as_object().and_then(JsFunction::from_object) else {
        return Err(JsNativeError::typ().with_message("URLSearchParams.forEach needs a function").into());
    };
    for (name, value) in with(this, |params| params.pairs.clone())? {
        let given = [JsString::from(value).into(), JsString::from(name).into(), this.clone()];
        function.call(args.get_or_undefined(1), &given, context)?;
    }
    Ok(JsValue::undefined())
}

/// What an iterator gives.
#[derive(Clone, Copy)]
enum Shown {
    Names,
    Values,
    Pairs,
}

/// An iterator over the parameters as they are now.
fn iterate(this: &JsValue, shown: Shown, context: &mut Context) -> JsResult<JsValue> {
    let pairs = with(this, |params| params.pairs.clone())?;
    let mut items = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let (name, value) = (JsValue::from(JsString::from(name)), JsValue::from(JsString::from(value)));
        items.push(match shown {
            Shown::Names => name,
            Shown::Values => value,
            Shown::Pairs => JsArray::from_iter([name, value], context).into(),
        });
    }
    let items = JsArray::from_iter(items, context);
    let values = items.get(js_string!("values"), context)?.as_object().and_then(JsFunction::from_object);
    let values = values.ok_or_else(|| JsNativeError::typ().with_message("arrays have no iterator"))?;
    values.call(&items.into(), &[], context)
}

/// Changes the pairs, and the address with them.
fn change(this: &JsValue, change: impl FnOnce(&mut Vec<(String, String)>)) -> JsResult<JsValue> {
    let (owner, query) = with(this, |params| {
        change(&mut params.pairs);
        (params.owner.clone(), params.to_text())
    })?;
    if let Some(owner) = owner {
        set_query(&owner, (!query.is_empty()).then_some(query.as_str()));
    }
    Ok(JsValue::undefined())
}

fn with<T>(this: &JsValue, work: impl FnOnce(&mut UrlSearchParams) -> T) -> JsResult<T> {
    let object = this.as_object();
    let params = object.as_ref().and_then(JsObject::downcast_mut::<UrlSearchParams>);
    let mut params = params.ok_or_else(|| JsNativeError::typ().with_message("this is no URLSearchParams"))?;
    Ok(work(&mut params))
}
