//! `URLSearchParams`: the names and values of a query, in order. Changes to those of a `URL` update the `URL`.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    class::{Class, ClassBuilder},
    object::builtins::JsArray,
    property::Attribute,
};
use url::form_urlencoded;

use super::{
    super::pairs::{self, IteratorItem, Pair, texts},
    CLASS, accessors, methods, set_query, tag,
};

#[derive(Debug, Default, Trace, Finalize, JsData)]
pub(super) struct UrlSearchParams {
    pairs: Vec<Pair>,
    /// The `URL` that they belong to.
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
                ("keys", 0, |this, _, context| iterate(this, IteratorItem::Names, context)),
                ("values", 0, |this, _, context| iterate(this, IteratorItem::Values, context)),
            ],
        );
        accessors(class, &[("size", |this, _, _| with(this, |params| params.pairs.len().into()), None)]);
        pairs::entries(class, |this, _, context| iterate(this, IteratorItem::Pairs, context));
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
        let pairs = pairs::read(Self::NAME, &object, context)?;
        Ok(Self { pairs, owner: None })
    }
}

impl UrlSearchParams {
    /// Creates the parameters of a query that belong to a URL.
    pub(super) fn of(query: &str, owner: JsObject) -> Self {
        let mut params = Self { pairs: Vec::new(), owner: Some(owner) };
        params.read(query);
        params
    }

    /// Replaces the pairs with those of a query.
    pub(super) fn read(&mut self, query: &str) {
        self.pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    }

    pub(super) fn to_text(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.pairs).finish()
    }
}

fn append(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("URLSearchParams.append", args, context)?;
    change(this, |pairs| pairs.push((name, value)))
}

fn delete(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], value) = texts::<1>("URLSearchParams.delete", args, context)?;
    change(this, |pairs| {
        pairs.retain(|pair| pair.0 != name || value.as_ref().is_some_and(|value| pair.1 != *value));
    })
}

fn set(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name, value], _) = texts::<2>("URLSearchParams.set", args, context)?;
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

/// Sorts by the UTF-16 units of the names; pairs of the same name keep their order.
fn sort(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    change(this, |pairs| pairs.sort_by(|one, other| one.0.encode_utf16().cmp(other.0.encode_utf16())))
}

fn get(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("URLSearchParams.get", args, context)?;
    let found = with(this, |params| params.pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1.clone()))?;
    Ok(found.map_or_else(JsValue::null, |value| JsString::from(value).into()))
}

fn get_all(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], _) = texts::<1>("URLSearchParams.getAll", args, context)?;
    let found = with(this, |params| {
        let values = params.pairs.iter().filter(|pair| pair.0 == name);
        values.map(|pair| JsValue::from(JsString::from(pair.1.as_str()))).collect::<Vec<_>>()
    })?;
    Ok(JsArray::from_iter(found, context).into())
}

fn has(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let ([name], value) = texts::<1>("URLSearchParams.has", args, context)?;
    with(this, |params| {
        params.pairs.iter().any(|pair| pair.0 == name && value.as_ref().is_none_or(|value| pair.1 == *value)).into()
    })
}

fn to_string(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    with(this, |params| JsString::from(params.to_text()).into())
}

fn for_each(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    pairs::for_each("URLSearchParams", with(this, |params| params.pairs.clone())?, this, args, context)
}

fn iterate(this: &JsValue, shown: IteratorItem, context: &mut Context) -> JsResult<JsValue> {
    pairs::iterate(with(this, |params| params.pairs.clone())?, shown, context)
}

/// Changes the pairs and updates the URL.
fn change(this: &JsValue, change: impl FnOnce(&mut Vec<Pair>)) -> JsResult<JsValue> {
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
    let mut params = params.ok_or_else(|| JsNativeError::typ().with_message("this is not a URLSearchParams object"))?;
    Ok(work(&mut params))
}
