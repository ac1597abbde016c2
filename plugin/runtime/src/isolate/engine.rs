//! Builds the engine's context without the features that scripts must not use.
//!
//! No code from strings, no modules, no blocking, no optimiser. Local time uses the tenant's time zone.

use std::{cell::Cell, rc::Rc};

use boa_engine::{
    Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue,
    builtins::promise::{OperationType, Promise},
    context::{ContextBuilder, HostHooks},
    job::JobCallback,
    module::IdleModuleLoader,
    object::builtins::JsFunction,
    optimizer::OptimizerOptions,
    property::PropertyKey,
    realm::Realm,
};

use super::{activity::Activity, garbage::Garbage, jobs::Jobs, shared::SharedObjects, watch::Watch};
use crate::{language, protocol::Limits, region::CurrentRegion, zones};

/// Maximum of values on the engine's own stack. Each call uses a few, each spread argument one.
const VALUE_STACK: usize = 1 << 20;
/// Maximum of calls in a stack trace.
const MAX_BACKTRACE: usize = 32;
/// Globals that are removed because they block threads or share memory.
const REMOVED: [&str; 2] = ["Atomics", "SharedArrayBuffer"];

/// The settings of the hooks that differ between runs.
#[derive(Debug)]
pub(super) struct Settings {
    /// Its time zone is the local time of `new Date().getHours()` and similar methods.
    pub(super) region: CurrentRegion,
    /// Maximum size of a buffer in bytes.
    pub(super) max_buffer: Cell<u64>,
    pub(super) activity: Rc<Activity>,
    pub(super) garbage: Rc<Garbage>,
    pub(super) watch: Rc<Watch>,
    pub(super) shared: SharedObjects,
}

impl Settings {
    pub(super) fn new(activity: Rc<Activity>, garbage: Rc<Garbage>, watch: Rc<Watch>) -> Self {
        Self {
            region: CurrentRegion::default(),
            max_buffer: Cell::new(u64::MAX),
            activity,
            garbage,
            watch,
            shared: SharedObjects::default(),
        }
    }
}

struct Hooks {
    settings: Rc<Settings>,
}

impl HostHooks for Hooks {
    fn ensure_can_compile_strings(
        &self,
        _realm: Realm,
        _parameters: &[JsString],
        _body: &JsString,
        _direct: bool,
        _context: &mut Context,
    ) -> JsResult<()> {
        let message = "code from strings is off: eval and Function are not available; write the code into the script or a \
                       library, read data with `JSON.parse`, and choose functions from an object by their names";
        Err(JsNativeError::eval().with_message(message).into())
    }

    fn allow_work(&self, context: &Context) -> bool {
        self.settings.watch.allow_work(Some(context))
    }

    fn allow_bytes(&self, bytes: usize, context: &Context) -> bool {
        self.settings.watch.allow_bytes(bytes, context)
    }

    fn may_shadow(&self, holder: &JsObject, key: &PropertyKey) -> bool {
        self.settings.shared.may_shadow(holder, key)
    }

    fn refused_property(
        &self,
        object: &JsObject,
        key: &PropertyKey,
        value: Option<&JsValue>,
        context: &mut Context,
    ) -> Option<JsError> {
        self.settings.shared.refusal(object, key, value, context)
    }

    // The engine asks for frozen shared objects and for the global object: a private name on them would outlive the run.
    fn ensure_can_add_private_element(&self, object: &JsObject, _context: &mut Context) -> JsResult<()> {
        let why = if self.settings.shared.has(object) { language::absent::BUILT_IN } else { language::absent::GIVEN };
        Err(JsNativeError::typ().with_message(format!("cannot add a private name: {why}")).into())
    }

    fn advice_for_unbound_name(&self, name: &str) -> Option<&'static str> {
        language::absent::advice(name)
    }

    fn max_buffer_size(&self, _context: &mut Context) -> u64 {
        // The engine asks before it allocates each buffer, so garbage from before can be collected.
        self.settings.garbage.collect();
        self.settings.max_buffer.get()
    }

    fn local_timezone_offset_seconds(&self, unix_time_seconds: i64) -> i32 {
        zones::offset_seconds(self.settings.region.zone(), unix_time_seconds)
    }

    fn promise_rejection_tracker(&self, promise: &JsObject<Promise>, operation: OperationType, _context: &mut Context) {
        self.settings.activity.rejection(promise, operation);
    }

    fn make_job_callback(&self, callback: JsFunction, _context: &mut Context) -> JobCallback {
        self.settings.activity.mark();
        JobCallback::new(callback, ())
    }

    fn call_job_callback(
        &self,
        job: &JobCallback,
        this: &JsValue,
        args: &[JsValue],
        context: &mut Context,
    ) -> JsResult<JsValue> {
        self.settings.activity.watch(|| job.callback().call(this, args, context))
    }
}

/// Builds a context with the globals that scripts can use, not yet frozen.
pub(super) fn build(settings: &Rc<Settings>, jobs: &Rc<Jobs>) -> JsResult<Context> {
    let mut context = ContextBuilder::new()
        .host_hooks(Rc::new(Hooks { settings: Rc::clone(settings) }))
        .job_executor(Rc::clone(jobs))
        .module_loader(Rc::new(IdleModuleLoader))
        .can_block(false)
        .build()?;
    context.set_optimizer_options(OptimizerOptions::empty());
    for name in REMOVED {
        context.global_object().delete_property_or_throw(JsString::from(name), &mut context)?;
    }
    Ok(context)
}

/// Sets the engine's built-in limits for a run.
pub(super) fn limit(context: &mut Context, settings: &Settings, limits: &Limits) {
    settings.max_buffer.set(limits.memory_bytes / 2);
    settings.garbage.limit(limits.memory_bytes);
    let engine = context.runtime_limits_mut();
    engine.set_recursion_limit(limits.recursion);
    engine.set_loop_iteration_limit(limits.loop_iterations);
    engine.set_stack_size_limit(VALUE_STACK);
    engine.set_backtrace_limit(MAX_BACKTRACE);
}
