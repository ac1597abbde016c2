//! Plain objects, as `{…}` makes them.
//!
//! An object that the engine makes for us has a table of its own names: as much memory again as what is in it, and scripts that read
//! it find nothing where they found it in the one before. Those that a literal makes share theirs with all objects that got the same
//! names in the same order.

use boa_engine::{
    Context, JsObject, JsValue,
    builtins::object::OrdinaryObject,
    object::ObjectInitializer,
    property::{PropertyDescriptor, PropertyKey},
};

/// Members above which an object is taken for a dictionary, whose names no other has.
const RECORD: usize = 64;

/// A plain object with these members; of two with the same name the last counts.
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
        // Nobody has seen the object yet, so that nothing can be in the way.
        let property = PropertyDescriptor::builder().value(value).writable(true).enumerable(true).configurable(true);
        object.insert_property(key, property);
    }
    object
}
