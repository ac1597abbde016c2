//! The operations that this crate supports beyond the first version of the contract, listed in the library's
//! configuration.

use iota_scripts_abi::{minor_of, op};
use serde_json::{Value, json};

/// Operations that `answer` serves for every [`crate::Host`].
const CAPABILITIES: [u32; 2] = [op::AUTHORIZE_MANY, op::EVENTS_PUBLISH];

/// Adds the capabilities to the document, unless it has some. A library of contract 1.0 does not know the key and would
/// reject it.
pub(super) fn listed_in(mut config: Value, abi: u32) -> Value {
    if minor_of(abi) >= 1
        && let Value::Object(keys) = &mut config
    {
        keys.entry("capabilities").or_insert_with(|| json!(CAPABILITIES.map(op::name)));
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_depend_on_the_library_and_the_host() {
        let (old, new) = (1 << 16, (1 << 16) | 1);
        let all = json!(["authorize.many", "events.publish"]);
        assert_eq!(listed_in(json!({"a": 1}), new), json!({"a": 1, "capabilities": all}));
        assert_eq!(listed_in(json!({"a": 1}), old), json!({"a": 1}));
        assert_eq!(listed_in(json!({"capabilities": []}), new), json!({"capabilities": []}));
        assert_eq!(listed_in(json!(5), new), json!(5), "the library rejects a malformed document");
    }
}
