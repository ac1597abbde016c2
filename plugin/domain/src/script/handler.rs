//! The function of a script that is called if the caller names none, and a check that the source may define it.
//!
//! The check does not parse the source. A source that does not contain the name cannot define the function. A source that contains the
//! name elsewhere passes the check, and fails when it runs.

use super::{ScriptDefinition, ScriptType};
use crate::EntryPoint;

/// The function that is called by default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// Function to call: `main`, `handleRequest`, or the camel-case name of an embedded script (`validate_order` → `validateOrder`).
    pub usual: EntryPoint,
    /// Function to call if the source does not define the first: `main` for an embedded script.
    pub fallback: Option<EntryPoint>,
}

impl Handler {
    /// Returns the handler of a script by its type and name.
    ///
    /// ```
    /// use iota_scripts_domain::{Handler, ScriptType};
    /// let handler = Handler::of(ScriptType::Endpoint, "Orders");
    /// assert_eq!(handler.missing_in("function main() {}"), Some("handleRequest".to_owned()));
    /// assert_eq!(handler.missing_in("const handleRequest = () => 1"), None);
    /// ```
    #[must_use]
    pub fn of(script_type: ScriptType, name: &str) -> Self {
        let usual = EntryPoint::usual_for(script_type);
        match EntryPoint::parse(&camel_case(name)) {
            Ok(suggested) if script_type == ScriptType::Embedded && suggested != usual => {
                Self { usual: suggested, fallback: Some(usual) }
            }
            _ => Self { usual, fallback: None },
        }
    }

    /// Returns the names of the functions, such as `validateOrder / main`, if the source contains none of them. `None` if it may define
    /// one.
    #[must_use]
    pub fn missing_in(&self, source: &str) -> Option<String> {
        let names = || [Some(&self.usual), self.fallback.as_ref()].into_iter().flatten().map(EntryPoint::as_str);
        let missing = !names().any(|name| mentions(source, name));
        missing.then(|| names().collect::<Vec<_>>().join(" / "))
    }
}

impl ScriptDefinition {
    /// Returns the function that is called if the caller names none.
    #[must_use]
    pub fn handler(&self) -> Handler {
        Handler::of(self.kind.script_type(), self.name.as_str())
    }
}

/// Returns whether a source contains a word.
fn mentions(source: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let whole = |(at, _): (usize, &str)| {
        !source[..at].ends_with(part_of_name) && !source[at + word.len()..].starts_with(part_of_name)
    };
    source.match_indices(word).any(whole)
}

fn camel_case(name: &str) -> String {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '$').filter(|word| !word.is_empty());
    let mut joined = String::with_capacity(name.len());
    if let Some(first) = words.next() {
        joined.push_str(&first[..1].to_ascii_lowercase());
        joined.push_str(&first[1..]);
    }
    for word in words {
        joined.push_str(&word[..1].to_ascii_uppercase());
        joined.push_str(&word[1..]);
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_of_an_embedded_script_follows_from_its_name() {
        assert_eq!(camel_case("validate_order"), "validateOrder");
        assert_eq!(camel_case("Validate Order (new)"), "validateOrderNew");
        assert_eq!(camel_case("validateOrder"), "validateOrder");
        assert_eq!(camel_case("Проверка"), "");
        let handler = |name| {
            let Handler { usual, fallback } = Handler::of(ScriptType::Embedded, name);
            (usual.as_str().to_owned(), fallback.is_some())
        };
        assert_eq!(handler("validate_order"), ("validateOrder".to_owned(), true));
        assert_eq!([handler("Проверка"), handler("Main")], [("main".to_owned(), false), ("main".to_owned(), false)]);
    }

    #[test]
    fn a_source_without_the_name_lacks_the_function() {
        let missing = |source| Handler::of(ScriptType::Embedded, "validate_order").missing_in(source);
        assert_eq!(missing("function validate() {}"), Some("validateOrder / main".to_owned()));
        assert_eq!(
            missing("const maintain = 1, validateOrders = 2, $main = 3"),
            Some("validateOrder / main".to_owned())
        );
        assert_eq!(missing("globalThis['validateOrder'] = f"), None);
        assert_eq!(missing("function main() {}"), None);
    }
}
