//! Finds names that neither the text nor its environment declares.

use std::collections::{HashMap, HashSet};

use oxc_ast::AstKind;
use oxc_semantic::Semantic;
use oxc_syntax::operator::UnaryOperator;

use super::{Finding, MOST};
use crate::{language::absent, protocol::Severity};

const UNKNOWN: &str = "UNKNOWN_GLOBAL";
const UNDECLARED: &str = "UNDECLARED_VARIABLE";

/// Names that the wrapper of a script and the language declare, in addition to the properties of the global object.
const WRAPPER_NAMES: [&str; 5] = ["context", "services", "arguments", "undefined", "globalThis"];

pub(super) fn unknown(semantic: &Semantic<'_>, globals: &HashSet<String>) -> Vec<Finding> {
    let scoping = semantic.scoping();
    let mut places = Vec::new();
    for references in scoping.root_unresolved_references_ids() {
        let references: Vec<_> = references.map(|id| scoping.get_reference(id)).collect();
        let values: Vec<_> = references.iter().filter(|reference| !reference.is_type()).collect();
        let Some(first) = values.first() else { continue };
        let name = semantic.reference_name(first);
        if globals.contains(name) || WRAPPER_NAMES.contains(&name) {
            continue;
        }
        // `typeof name` shows that the author expects the name to be missing.
        if values.iter().any(|reference| is_tested_for(reference.node_id(), semantic)) {
            continue;
        }
        // An assignment creates the variable, so only the assignment is reported.
        match values.iter().find(|reference| reference.is_write()) {
            Some(written) => places.push((semantic.reference_span(written), UNDECLARED, name)),
            None => places.extend(values.iter().map(|value| (semantic.reference_span(value), UNKNOWN, name))),
        }
    }
    places.sort_by_key(|(span, _, _)| span.start);
    // Finding a similar name compares all global names, so it is done only for findings that are shown.
    let mut messages = HashMap::new();
    let findings = places.into_iter().enumerate().map(|(place, (span, code, name))| {
        let message = match code {
            _ if place >= MOST => String::new(),
            UNDECLARED => format!("`{name}` is assigned but not declared: write `let {name}` where it is first used"),
            _ => messages.entry(name).or_insert_with(|| message(name, globals)).clone(),
        };
        Finding::new(code, Severity::Warning, message, span)
    });
    findings.collect()
}

fn is_tested_for(id: oxc_syntax::node::NodeId, semantic: &Semantic<'_>) -> bool {
    matches!(semantic.nodes().parent_kind(id), AstKind::UnaryExpression(it) if it.operator == UnaryOperator::Typeof)
}

fn message(name: &str, globals: &HashSet<String>) -> String {
    if let Some(advice) = absent::advice(name) {
        return format!("`{name}` is not available: {advice}");
    }
    let near = globals.iter().map(String::as_str).chain(WRAPPER_NAMES).filter(|known| is_near(name, known)).min();
    match near {
        Some(near) => format!("`{name}` is not defined; did you mean `{near}`?"),
        None => format!("`{name}` is not defined: neither the script nor the API declares it"),
    }
}

/// Whether two names differ only in case, or in one letter that is missing, added, wrong or swapped with the next.
fn is_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) =
        (one.to_lowercase().chars().collect(), other.to_lowercase().chars().collect());
    if one == other {
        return true;
    }
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    if short.len() < 3 || long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    if short.len() < long.len() {
        return short[same..] == long[same + 1..];
    }
    let swapped = same + 1 < long.len() && short[same] == long[same + 1] && short[same + 1] == long[same];
    short[same + 1..] == long[same + 1..] || swapped && short[same + 2..] == long[same + 2..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_one_typo_are_near() {
        for (typed, meant) in [
            ("consle", "console"),
            ("sotrage", "storage"),
            ("Storage", "storage"),
            ("htttp", "http"),
            ("utilz", "utils"),
            ("storaeg", "storage"),
        ] {
            assert!(is_near(typed, meant) && is_near(meant, typed), "{typed}");
        }
        for (one, other) in [("db", "dc"), ("total", "utils"), ("client", "console"), ("a", "b")] {
            assert!(!is_near(one, other), "{one}");
        }
    }
}
