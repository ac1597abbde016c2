//! Finds deprecated calls, which still work and have a replacement.

use oxc_ast::AstKind;
use oxc_semantic::Semantic;
use oxc_span::GetSpan as _;

use super::{Finding, calls, is_global};
use crate::{language::Deprecated, protocol::Severity};

const CODE: &str = "DEPRECATED_API";

pub(super) fn used(semantic: &Semantic<'_>, deprecated: &[Deprecated], api_version: u32) -> Vec<Finding> {
    let members = semantic.nodes().iter().filter_map(|node| match node.kind() {
        AstKind::CallExpression(call) => Some(&call.callee),
        _ => None,
    });
    members
        .filter_map(|callee| {
            let called = calls::dotted(callee).filter(|called| is_global(called.root, semantic))?;
            let name = called.name();
            let entry = deprecated.iter().find(|entry| entry.call == name && entry.since <= api_version)?;
            Some(Finding::new(CODE, Severity::Hint, entry.notice(), callee.span()))
        })
        .collect()
}
