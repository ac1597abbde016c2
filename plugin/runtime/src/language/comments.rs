//! Comments that are legal only at the beginning of a script.

use std::borrow::Cow;

use oxc_allocator::Allocator;

use super::parse::{Dialect, parse};
use crate::source::LINE_ENDS;

/// Begins a line for the shell.
const HASHBANG: &str = "#!";
/// Ends an HTML comment. If only comments precede it on its line, it begins a comment.
const HTML_END: &str = "-->";

/// Rewrites a script so that text can be put before its first line: `#!` and `-->` there become ordinary comments.
pub(crate) fn movable(script: &str) -> Cow<'_, str> {
    if let Some(rest) = script.strip_prefix(HASHBANG) {
        return format!("//{rest}").into();
    }
    if !script.contains(HTML_END) {
        return script.into();
    }
    let allocator = Allocator::default();
    let comments = parse(&allocator, script, Dialect::Script).program.comments;
    for place in comments.iter().map(|comment| comment.span.start as usize) {
        let Some((before, comment)) = script.split_at_checked(place) else { break };
        if before.contains(LINE_ENDS) {
            break;
        }
        if let Some(comment) = comment.strip_prefix(HTML_END) {
            return format!("{before}// {comment}").into();
        }
    }
    script.into()
}

#[cfg(test)]
mod tests {
    use super::movable;

    #[test]
    fn comments_of_the_first_line_become_ordinary() {
        for (script, moved) in [
            ("#!/bin/node\na", "///bin/node\na"),
            ("--> a\nb", "//  a\nb"),
            ("\t/* a */ /* --> */ --> c\nb(", "\t/* a */ /* --> */ //  c\nb("),
        ] {
            assert_eq!(movable(script), moved);
        }
        for script in ["a --> b", "\n--> a", "/*\n*/ --> a", "'-->'", "/* --> */ a", "// -->\nb", " #!a", "(a)-->b"] {
            assert_eq!(movable(script), script);
        }
    }
}
