//! `AbortController` and `AbortSignal`: abort a `fetch` before its response, or other work that listens to the signal.

mod events;

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, NativeFunction,
    Trace,
    class::{Class, ClassBuilder},
    js_string,
    object::{FunctionObjectBuilder, builtins::JsFunction},
    property::Attribute,
};

use self::events::Listeners;
use super::{CLASS, accessors, dom_exception, methods, pairs, tag};
use crate::isolate::{self, Action, set_timer};

/// The method of the message that aborts a request.
const ABORT: &str = "http.abort";
/// Maximum delay in milliseconds; no run lasts that long.
const MAX_DELAY_MS: f64 = i32::MAX as f64;

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    context.register_global_class::<AbortController>()?;
    context.register_global_class::<AbortSignal>()
}

#[derive(Debug, Trace, Finalize, JsData)]
struct AbortController {
    signal: JsObject,
}

impl Class for AbortController {
    const NAME: &'static str = "AbortController";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        accessors(class, &[("signal", |this, _, _| signal_of(this).map(JsValue::from), None)]);
        methods(class, &[("abort", 0, abort_controlled)]);
        Ok(())
    }

    fn data_constructor(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<Self> {
        Ok(Self { signal: AbortSignal::fresh(context)? })
    }
}

fn signal_of(this: &JsValue) -> JsResult<JsObject> {
    let object = this.as_object();
    let controller = object.as_ref().and_then(JsObject::downcast_ref::<AbortController>);
    let signal = controller.map(|controller| controller.signal.clone());
    signal.ok_or_else(|| JsNativeError::typ().with_message("this is not an AbortController").into())
}

fn abort_controlled(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let signal = signal_of(this)?;
    let reason = reason_or_default(args.get_or_undefined(0), context)?;
    abort(&signal, &reason, context)?;
    Ok(JsValue::undefined())
}

#[derive(Debug, Default, Trace, Finalize, JsData)]
pub(super) struct AbortSignal {
    /// The reason of the abort; `None` until then.
    reason: Option<JsValue>,
    listeners: Listeners,
    /// Signals of `AbortSignal.any` that are aborted with it.
    followers: Vec<JsObject>,
    /// The keys of the requests that it aborts.
    requests: Vec<u64>,
}

impl Class for AbortSignal {
    const NAME: &'static str = "AbortSignal";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        accessors(
            class,
            &[
                ("aborted", |this, _, _| with(this, |signal| signal.reason.is_some().into()), None),
                ("reason", |this, _, _| with(this, |signal| signal.reason.clone().unwrap_or_default()), None),
                ("onabort", events::handler, Some(events::set_handler)),
            ],
        );
        methods(
            class,
            &[
                ("throwIfAborted", 0, throw_if_aborted),
                ("addEventListener", 2, events::add),
                ("removeEventListener", 2, events::remove),
                ("dispatchEvent", 1, events::dispatch),
            ],
        );
        class.static_method(js_string!("abort"), 0, NativeFunction::from_fn_ptr(aborted));
        class.static_method(js_string!("timeout"), 1, NativeFunction::from_fn_ptr(timeout));
        class.static_method(js_string!("any"), 1, NativeFunction::from_fn_ptr(any));
        Ok(())
    }

    fn data_constructor(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<Self> {
        let message = "an AbortSignal comes from `new AbortController().signal` or `AbortSignal.timeout(ms)`";
        Err(JsNativeError::typ().with_message(message).into())
    }
}

impl AbortSignal {
    fn of_reason(reason: Option<JsValue>) -> Self {
        Self { reason, listeners: Listeners::default(), followers: Vec::new(), requests: Vec::new() }
    }

    /// Creates a signal that is not aborted.
    pub(super) fn fresh(context: &mut Context) -> JsResult<JsObject> {
        Self::from_data(Self::default(), context)
    }

    /// Returns a value as a signal; `None` if it is undefined or null.
    pub(super) fn given(value: &JsValue, function: &str) -> JsResult<Option<JsObject>> {
        if value.is_null_or_undefined() {
            return Ok(None);
        }
        let signal = value.as_object().filter(JsObject::is::<Self>);
        let wrong = || JsNativeError::typ().with_message(format!("{function} needs an AbortSignal as its signal"));
        signal.map(Some).ok_or_else(|| wrong().into())
    }

    /// Returns the reason of an aborted signal; `None` if it is not aborted.
    pub(super) fn reason(signal: &JsObject) -> Option<JsValue> {
        signal.downcast_ref::<Self>().and_then(|signal| signal.reason.clone())
    }

    /// Makes the signal abort a request.
    pub(super) fn watch(signal: &JsObject, request: u64) {
        if let Some(mut signal) = signal.downcast_mut::<Self>() {
            signal.requests.push(request);
        }
    }

    /// Removes a request that has ended.
    pub(super) fn forget(signal: &JsObject, request: u64) {
        if let Some(mut signal) = signal.downcast_mut::<Self>() {
            signal.requests.retain(|known| *known != request);
        }
    }
}

/// `AbortSignal.abort(reason?)`: a signal that is already aborted.
fn aborted(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let reason = reason_or_default(args.get_or_undefined(0), context)?;
    AbortSignal::from_data(AbortSignal::of_reason(Some(reason)), context).map(JsValue::from)
}

/// `AbortSignal.timeout(ms)`: a signal that is aborted after that time. The run does not wait for it, and it is dropped silently
/// when the function ends before.
fn timeout(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let delay = args.get_or_undefined(0).to_number(context)?;
    if !(0.0..=MAX_DELAY_MS).contains(&delay) {
        let message = format!("AbortSignal.timeout needs a number of milliseconds from 0 to {MAX_DELAY_MS}");
        return Err(JsNativeError::range().with_message(message).into());
    }
    let signal = AbortSignal::fresh(context)?;
    let fire = NativeFunction::from_copy_closure_with_captures(
        |_, _, signal: &JsObject, context| {
            let reason = dom_exception::value("TimeoutError", "The operation was aborted due to timeout", context)?;
            abort(signal, &reason, context)?;
            Ok(JsValue::undefined())
        },
        signal.clone(),
    );
    let fire = FunctionObjectBuilder::new(context.realm(), fire).build();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    set_timer(delay.ceil() as u64, Action::Signal(fire), context)?;
    Ok(signal.into())
}

/// `AbortSignal.any(signals)`: a signal that is aborted with the first of them.
fn any(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let given = args.get_or_undefined(0);
    let no_list = || JsNativeError::typ().with_message("AbortSignal.any needs a list of signals");
    if !given.is_object() {
        return Err(no_list().into());
    }
    let mut sources = Vec::new();
    for source in pairs::array_of(given, context)? {
        sources.push(AbortSignal::given(&source, "AbortSignal.any")?.ok_or_else(no_list)?);
    }
    let reason = sources.iter().find_map(AbortSignal::reason);
    let is_open = reason.is_none();
    let signal = AbortSignal::from_data(AbortSignal::of_reason(reason), context)?;
    for source in sources.iter().filter(|_| is_open) {
        if let Some(mut source) = source.downcast_mut::<AbortSignal>() {
            source.followers.push(signal.clone());
        }
    }
    Ok(signal.into())
}

fn throw_if_aborted(this: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<JsValue> {
    match with(this, |signal| signal.reason.clone())? {
        Some(reason) => Err(JsError::from_opaque(reason)),
        None => Ok(JsValue::undefined()),
    }
}

fn reason_or_default(given: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    if given.is_undefined() {
        return dom_exception::value("AbortError", "This operation was aborted", context);
    }
    Ok(given.clone())
}

/// Aborts a signal and its followers: first marks all as aborted, so that listeners see that, then aborts requests and calls
/// listeners.
fn abort(signal: &JsObject, reason: &JsValue, context: &mut Context) -> JsResult<()> {
    let mut aborted = Vec::new();
    let mut next = vec![signal.clone()];
    while let Some(object) = next.pop() {
        let Some(mut signal) = object.downcast_mut::<AbortSignal>() else { continue };
        if signal.reason.is_some() {
            continue;
        }
        signal.reason = Some(reason.clone());
        next.extend(std::mem::take(&mut signal.followers).into_iter().rev());
        drop(signal);
        aborted.push(object);
    }
    for object in aborted {
        let requests = object.downcast_mut::<AbortSignal>().map(|mut signal| std::mem::take(&mut signal.requests));
        for request in requests.unwrap_or_default() {
            isolate::abort_call(request, ABORT, reason, context)?;
        }
        let event = events::event("abort", &object, context)?;
        events::fire(&object, &js_string!("abort"), &event, context)?;
    }
    Ok(())
}

fn with<T>(this: &JsValue, work: impl FnOnce(&mut AbortSignal) -> T) -> JsResult<T> {
    let object = this.as_object();
    let signal = object.as_ref().and_then(JsObject::downcast_mut::<AbortSignal>);
    let mut signal = signal.ok_or_else(|| JsNativeError::typ().with_message("this is not an AbortSignal"))?;
    Ok(work(&mut signal))
}

/// Returns a value as a function, if it is callable.
fn callable(value: &JsValue) -> Option<JsFunction> {
    value.as_object().and_then(JsFunction::from_object)
}

/// Returns the name of an event.
fn kind(value: &JsValue, context: &mut Context) -> JsResult<JsString> {
    value.to_string(context)
}
