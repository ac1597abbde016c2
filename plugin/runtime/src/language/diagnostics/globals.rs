//! Names that are declared nowhere: neither in the text nor where it runs.

use std::collections::{HashMap, HashSet};

use oxc_ast::AstKind;
use oxc_semantic::Semantic;
use oxc_syntax::operator::UnaryOperator;

use super::{Finding, MOST};
use crate::{language::absent, protocol::Severity};

const UNKNOWN: &str = "UNKNOWN_GLOBAL";
const UNDECLARED: &str = "UNDECLARED_VARIABLE";

/// Names that the wrapper of a script and the language give beside the global object's properties.
const GIVEN: [&str; 5] = ["context", "services", "arguments", "undefined", "globalThis"];

pub(super) fn unknown(semantic: &Semantic<'_>, globals: &HashSet<String>) -> Vec<Finding> {
    let scoping = semantic.scoping();
    let mut places = Vec::new();
    for references in scoping.root_unresolved_references_ids() {
        let references: Vec<_> = references.map(|id| scoping.get_reference(id)).collect();
        let values: Vec<_> = references.iter().filter(|reference| !reference.is_type()).collect();
        let Some(first) = values.first() else { continue };
        let name = semantic.reference_name(first);
        if globals.contains(name) || GIVEN.contains(&name) {
            continue;
        }
        // Who asks whether it is there knows that it may not be.
        if values.iter().any(|reference| is_asked_for(reference.node_id(), semantic)) {
            continue;
        }
        // Once something is assigned, it is there: the assignment is what is odd.
        match values.iter().find(|reference| reference.is_write()) {
            Some(written) => places.push((semantic.reference_span(written), UNDECLARED, name)),
            None => places.extend(values.iter().map(|value| (semantic.reference_span(value), UNKNOWN, name))),
        }
    }
    places.sort_by_key(|(span, _, _)| span.start);
    // What is like a name is looked for among all that there is, which is too much to do for what nobody reads.
    let mut messages = HashMap::new();
    let told = places.into_iter().enumerate().map(|(place, (span, code, name))| {
        let message = match code {
            _ if place >= MOST => String::new(),
            UNDECLARED => format!("`{name}` is declared nowhere: write `let {name}` where it begins"),
            _ => messages.entry(name).or_insert_with(|| message(name, globals)).clone(),
        };
        Finding::new(code, Severity::Warning, message, span)
    });
    told.collect()
}

fn is_asked_for(id: oxc_syntax::node::NodeId, semantic: &Semantic<'_>) -> bool {
    matches!(semantic.nodes().parent_kind(id), AstKind::UnaryExpression(it) if it.operator == UnaryOperator::Typeof)
}

fn message(name: &str, globals: &HashSet<String>) -> String {
    if let Some(advice) = absent::advice(name) {
        return format!("there is no `{name}` here: {advice}");
    }
    let near = globals.iter().map(String::as_str).chain(GIVEN).filter(|known| is_near(name, known)).min();
    match near {
        Some(near) => format!("there is no `{name}` here; did you mean `{near}`?"),
        None => format!("`{name}` is declared nowhere, neither in this script nor in what it can use"),
    }
}

/// Whether two names differ in their case only, or in one letter that is missing, added, wrong or swapped with the next.
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
    fn names_are_near_when_a_finger_slipped() {
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
