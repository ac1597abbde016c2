//! Plain objects, as `{…}` creates them.
//!
//! An object that the engine's API creates has its own table of names: this doubles its memory, and the property caches of
//! scripts that read it miss. Objects of a literal share their shape with all objects that have the same names in the same
//! order.

use boa_engine::{
    Context, JsObject, JsValue,
    builtins::object::OrdinaryObject,
    object::ObjectInitializer,
    property::{PropertyDescriptor, PropertyKey},
};

/// Maximum number of members of an object with a shared shape; one with more is a dictionary, whose names are unique.
const RECORD: usize = 64;

/// Creates a plain object with these members; of two with the same name the last counts.
pub(crate) fn plain_object(
    members: impl ExactSizeIterator<Item = (PropertyKey, JsValue)>,
    context: &mut Context,
) -> JsObject {
    let object = if members.len() <= RECORD {
        ObjectInitializer::with_native_data(OrdinaryObject, context).build()
    } else {
        JsObject::with_object_proto(context.intrinsics())
    };
    for (key, value) in members {
        // The object is new, so defining a property cannot fail.
        let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(true).configurable(true);
        object.insert_property(key, property);
    }
    object
}
