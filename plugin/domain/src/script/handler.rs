//! Which function of a script is called when its caller names none, and whether the source lacks it.
//!
//! No parser: a source without the very word cannot have the function, and that is all that is said of it. A source that mentions the
//! word elsewhere shows its mistake when it runs.

use super::{ScriptDefinition, ScriptType};
use crate::EntryPoint;

/// The function that is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// `main`, `handleRequest`, or for an embedded script the one that its name suggests (`validate_order` → `validateOrder`).
    pub usual: EntryPoint,
    /// What is called when the source has none of that name: `main` for an embedded script.
    pub fallback: Option<EntryPoint>,
}

impl Handler {
    /// The one of a script of a type and a name.
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

    /// The names of which a source lacks every one, `validateOrder / main`. `None` when it may have such a function.
    #[must_use]
    pub fn missing_in(&self, source: &str) -> Option<String> {
        let names = || [Some(&self.usual), self.fallback.as_ref()].into_iter().flatten().map(EntryPoint::as_str);
        let missing = !names().any(|name| mentions(source, name));
        missing.then(|| names().collect::<Vec<_>>().join(" / "))
    }
}

impl ScriptDefinition {
    /// The function that is called when the caller names none.
    #[must_use]
    pub fn handler(&self) -> Handler {
        Handler::of(self.kind.script_type(), self.name.as_str())
    }
}

/// Whether a word stands anywhere in a source.
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
    fn the_name_of_an_embedded_script_suggests_its_function() {
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
    fn a_source_without_the_word_lacks_the_function() {
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
