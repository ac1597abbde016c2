//! Classes of `Intl`: a constructor with its prototype. Some can be called without `new`.

use boa_engine::{
    Context, JsArgs, JsNativeError, JsObject, JsResult, JsString, JsSymbol, JsValue, NativeFunction, NativeObject,
    js_string,
    object::{ConstructorBuilder, FunctionObjectBuilder, builtins::JsFunction},
    property::PropertyDescriptor,
};

use super::super::Native;

/// Whether a class can be called without `new`, as its oldest ones can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Allowed,
    Refused,
}

/// Definition of a class.
pub(super) struct Class {
    pub(super) name: &'static str,
    pub(super) call: Call,
    /// Creates an object with the given prototype.
    pub(super) make: fn(JsObject, &[JsValue], &mut Context) -> JsResult<JsObject>,
    pub(super) methods: &'static [(&'static str, usize, Native)],
    pub(super) getters: &'static [(&'static str, Native)],
}

impl Class {
    /// Adds the class to `Intl`; returns its prototype.
    pub(super) fn install(self, intl: &JsObject, context: &mut Context) -> JsResult<JsObject> {
        let Self { name, call, make, methods, getters } = self;
        let prototype = JsObject::with_object_proto(context.intrinsics());
        // Frozen with the other built-ins, so that this stays the class's prototype.
        let constructor = NativeFunction::from_copy_closure_with_captures(
            move |new_target, args, default_prototype: &JsObject, context| {
                let target = new_target.as_object().filter(JsObject::is_constructor);
                if target.is_none() && call == Call::Refused {
                    let message = format!("Constructor Intl.{name} requires 'new'");
                    return Err(JsNativeError::typ().with_message(message).into());
                }
                let prototype = match target {
                    Some(target) => target.get(js_string!("prototype"), context)?.as_object(),
                    None => None,
                };
                make(prototype.unwrap_or_else(|| default_prototype.clone()), args, context).map(JsValue::from)
            },
            prototype.clone(),
        );
        let mut builder = ConstructorBuilder::new(context, constructor);
        builder.name(name).length(0).has_prototype_property(false);
        let constructor = builder.build().constructor();
        let fixed = PropertyDescriptor::builder().value(prototype.clone());
        constructor.define_property_or_throw(js_string!("prototype"), fixed, context)?;
        add_function(&constructor, "supportedLocalesOf", 1, super::locales::supported_locales_of, context)?;
        add(&prototype, "constructor", constructor.clone().into(), context)?;
        let tag = PropertyDescriptor::builder().value(JsString::from(format!("Intl.{name}"))).configurable(true);
        prototype.define_property_or_throw(JsSymbol::to_string_tag(), tag, context)?;
        for (method, length, body) in methods {
            add_function(&prototype, method, *length, *body, context)?;
        }
        for (getter, body) in getters {
            let get = function(&format!("get {getter}"), 0, NativeFunction::from_fn_ptr(*body), context);
            let accessor = PropertyDescriptor::builder().get(get).configurable(true).enumerable(false);
            prototype.define_property_or_throw(JsString::from(*getter), accessor, context)?;
        }
        add(intl, name, constructor.into(), context)?;
        Ok(prototype)
    }
}

/// Creates a function that is not a constructor.
pub(super) fn function(name: &str, length: usize, body: NativeFunction, context: &Context) -> JsFunction {
    FunctionObjectBuilder::new(context.realm(), body).name(JsString::from(name)).length(length).build()
}

/// Adds a method.
pub(super) fn add_function(
    object: &JsObject,
    name: &str,
    length: usize,
    body: Native,
    context: &mut Context,
) -> JsResult<()> {
    let function = function(name, length, NativeFunction::from_fn_ptr(body), context);
    add(object, name, function.into(), context)
}

fn add(object: &JsObject, name: &str, value: JsValue, context: &mut Context) -> JsResult<()> {
    let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(false).configurable(true);
    object.define_property_or_throw(JsString::from(name), property, context)?;
    Ok(())
}

/// Reads the data of an object of a class.
pub(super) fn with<T: NativeObject, R>(this: &JsValue, class: &str, read: impl FnOnce(&T) -> R) -> JsResult<R> {
    let object = this.as_object();
    let data = object.as_ref().and_then(JsObject::downcast_ref::<T>);
    data.map(|data| read(&data)).ok_or_else(|| {
        let message = format!("Method called on incompatible receiver: this is not an Intl.{class}");
        JsNativeError::typ().with_message(message).into()
    })
}

/// Returns the bound function that an object of a class stores; it is created on first use.
pub(super) fn cached_function<T: NativeObject>(
    this: &JsValue,
    name: &str,
    place: fn(&mut T) -> &mut Option<JsFunction>,
    made: impl FnOnce(&Context) -> JsFunction,
    context: &Context,
) -> JsResult<JsValue> {
    // Fails for anything but an object of the class.
    with(this, name, |_: &T| ())?;
    let object = this.as_object();
    let mut keeper = object.as_ref().and_then(JsObject::downcast_mut::<T>);
    if let Some(known) = keeper.as_mut().and_then(|keeper| place(keeper).clone()) {
        return Ok(known.into());
    }
    // Not while the object is borrowed: a garbage collection would skip it.
    drop(keeper);
    let function = made(context);
    if let Some(mut keeper) = object.as_ref().and_then(JsObject::downcast_mut::<T>) {
        *place(&mut keeper) = Some(function.clone());
    }
    Ok(function.into())
}

/// Creates a function of one or two arguments that is bound to its object, which stores it: `array.map(format.format)`.
pub(super) fn bound(
    this: &JsValue,
    length: usize,
    call: fn(&JsValue, &[JsValue], &mut Context) -> JsResult<JsValue>,
    context: &Context,
) -> JsFunction {
    let body = NativeFunction::from_copy_closure_with_captures(
        move |_, args, this: &JsValue, context| call(this, args, context),
        this.clone(),
    );
    function("", length, body, context)
}

/// Returns the first argument.
pub(super) fn first(args: &[JsValue]) -> &JsValue {
    args.get_or_undefined(0)
}
