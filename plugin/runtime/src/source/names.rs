//! Names that a source mentions: the functions it declares, the services it calls. Guesses for messages, not rules.

use std::collections::{BTreeMap, BTreeSet};

use super::{Token, Tokens};

/// The functions that a source seems to declare at its top level, in order.
#[must_use]
pub(crate) fn declared_functions(source: &str) -> Vec<&str> {
    let tokens: Vec<Token<'_>> = Tokens::new(source).map(|(_, token)| token).collect();
    let mut depth = 0usize;
    let mut names = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token {
            Token::Open(_) => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::Word("function") if depth == 0 => match &tokens[index + 1..] {
                [Token::Word(name), ..] | [Token::Other('*'), Token::Word(name), ..] => names.push(*name),
                _ => {}
            },
            Token::Word("const" | "let" | "var") if depth == 0 => {
                if let [Token::Word(name), Token::Other('='), value, ..] = &tokens[index + 1..]
                    && matches!(value, Token::Word("async" | "function") | Token::Open('('))
                {
                    names.push(*name);
                }
            }
            Token::Word(_) | Token::Other(_) => {}
        }
    }
    names
}

/// Services that a source only ever uses as `services.name.method(…)`, with those methods.
///
/// A service that is also mentioned in another way may be tested for (`if (services.sms)`), so it is left out.
#[must_use]
pub(crate) fn called_services(source: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let tokens: Vec<Token<'_>> = Tokens::new(source).map(|(_, token)| token).collect();
    let mut calls: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut otherwise = BTreeSet::new();
    for (index, window) in tokens.windows(3).enumerate() {
        let [Token::Word("services"), Token::Other('.'), Token::Word(service)] = window else { continue };
        match &tokens[index + 3..] {
            [Token::Other('.'), Token::Word(method), Token::Open('('), ..] => {
                calls.entry(service).or_default().insert(method);
            }
            _ => {
                otherwise.insert(*service);
            }
        }
    }
    calls.retain(|service, _| !otherwise.contains(service));
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn top_level_functions_are_found() {
        let source = "async function a() { function inner() {} }\nfunction* b() {}\nconst c = async () => 1; let d = (x) => x; const e = 5;";
        assert_eq!(declared_functions(source), ["a", "b", "c", "d"]);
    }

    #[test]
    fn only_plain_calls_of_services_count() {
        let source = "services.a.x(); await services.a.y(1); if (services.b) services.b.z(); // services.c.q()";
        let calls = called_services(source);
        assert_eq!(calls.keys().copied().collect::<Vec<_>>(), ["a"]);
        assert_eq!(calls["a"].iter().copied().collect::<Vec<_>>(), ["x", "y"]);
    }
}
