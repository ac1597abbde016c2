//! Comments that are legal only where a script begins.

use std::borrow::Cow;

use oxc_allocator::Allocator;

use super::parse::{Dialect, parse};
use crate::source::LINE_ENDS;

/// What begins a line for the shell.
const HASHBANG: &str = "#!";
/// What ends a comment of HTML: with nothing but comments before it on its line, it begins one.
const HTML_END: &str = "-->";

/// A script that may have something in front of its first line: `#!` and `-->` on it become comments that are legal there.
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
