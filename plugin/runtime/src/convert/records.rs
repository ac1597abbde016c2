//! Objects of one kind, of which there are many: the rows of a table.
//!
//! An object that the engine makes for us has a table of its own names, which is as much memory again as what is in it. One that a
//! constructor makes shares them with all that got the same names in the same order.

use boa_engine::{
    Context, Finalize, JsObject, JsResult, JsValue, NativeFunction, Trace, js_string, object::FunctionObjectBuilder,
    property::PropertyDescriptor,
};

/// A constructor whose objects are plain ones. No script can reach it.
#[derive(Debug, Clone, Trace, Finalize, boa_engine::JsData)]
pub(crate) struct Records(JsObject);

impl Records {
    /// Puts the constructor into a context.
    pub(crate) fn install(context: &mut Context) -> JsResult<()> {
        let body = NativeFunction::from_fn_ptr(|_, _, _| Ok(JsValue::undefined()));
        let function = FunctionObjectBuilder::new(context.realm(), body).constructor(true).build();
        let prototype = context.intrinsics().constructors().object().prototype();
        let property = PropertyDescriptor::builder().value(prototype).writable(false).configurable(false);
        function.define_property_or_throw(js_string!("prototype"), property, context)?;
        context.insert_data(Self(function.into()));
        Ok(())
    }

    /// A plain object without properties.
    pub(crate) fn empty(context: &mut Context) -> JsResult<JsObject> {
        let Some(target) = context.get_data::<Self>().map(|records| records.0.clone()) else {
            return Ok(JsObject::with_object_proto(context.intrinsics()));
        };
        let constructor = context.intrinsics().constructors().object().constructor();
        constructor.construct(&[], Some(&target), context)
    }
}
