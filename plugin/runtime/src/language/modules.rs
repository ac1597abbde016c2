//! Imports and exports of scripts: which there are, and a text without them that does the same.
//!
//! The engine's modules are off. An import becomes constants taken from an object of libraries, and an export a member of an
//! object that the compiled function gives back. Every line stays the author's, and every column but those behind an import on
//! its own line. Bindings are not live: a constant is what the library exported when it was done.

mod bindings;
mod imports;
mod rewriter;

use oxc_allocator::Allocator;

use super::{
    Problem,
    edits::Edits,
    parse::{Dialect, Parsed, parse},
    types,
};

/// The name under which a rewritten text finds its libraries: an object of their exports by specifier, `lib:tax`.
pub const LIBRARIES: &str = "$ʟ";
/// What the specifier of a library begins with.
pub const SCHEME: &str = "lib:";

/// A module that a text imports or exports from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// As it stands in quotes: `lib:tax`.
    pub specifier: String,
    /// Where it stands: line and column, both from 1, columns in characters.
    pub position: (u32, u32),
    /// The exports that are taken by name.
    pub names: Vec<Name>,
}

/// The name of an export that a text takes: `default` for the default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// What the module calls it.
    pub name: String,
    /// Where it stands: line and column, both from 1, columns in characters.
    pub position: (u32, u32),
}

/// A text without imports and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The text: a script, that needs an object named [`LIBRARIES`] if there are imports.
    pub javascript: String,
    /// What it takes from elsewhere, in the order of the text.
    pub imports: Vec<Import>,
    /// What it gives to others.
    pub exports: Vec<Export>,
}

/// One thing that a module gives to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// A value by its name, and the expression that gives it at the end of the text.
    Named {
        /// What importers call it; `default` for the default export.
        name: String,
        /// An expression.
        value: String,
    },
    /// Everything that another module exports by name.
    All {
        /// As it stands in quotes.
        specifier: String,
        /// The expression of its exports.
        value: String,
    },
}

impl Module {
    /// An object literal of the exports, to stand behind the text.
    #[must_use]
    pub fn exports_object(&self) -> String {
        let all = self.exports.iter().filter_map(|export| match export {
            Export::All { value, .. } => Some(format!("...(({{default:_,...$}})=>$)({value})")),
            Export::Named { .. } => None,
        });
        let named = self.exports.iter().filter_map(|export| match export {
            Export::Named { name, value } => Some(format!("{}:{value}", literal(name))),
            Export::All { .. } => None,
        });
        // What a module exports itself comes before what it passes on.
        format!("{{{}}}", all.chain(named).collect::<Vec<_>>().join(","))
    }
}

/// What a text imports, types left out; nothing when it does not parse.
#[must_use]
pub fn imports(text: &str) -> Vec<Import> {
    let allocator = Allocator::default();
    let Ok((parsed, dialect)) = read(&allocator, text) else { return Vec::new() };
    imports::of_program(&allocator, parsed.program, dialect, text)
}

/// Takes imports, exports and types out of a text.
///
/// # Errors
/// The first error of a text that does not parse, an import from elsewhere than a library, or what cannot be had.
pub fn rewrite(text: &str) -> Result<Module, Problem> {
    let allocator = Allocator::default();
    let (parsed, dialect) = read(&allocator, text)?;
    let mut edits = Edits::default();
    if dialect == Dialect::TypeScript {
        types::blank(&parsed, text, &mut edits)?;
    }
    let exports = rewriter::rewrite(&parsed, text, &mut edits)?;
    let imports = imports::of_program(&allocator, parsed.program, dialect, text);
    Ok(Module { javascript: edits.apply(text), imports, exports })
}

/// A text as a module of JavaScript, or if it is none, of TypeScript.
fn read<'a>(allocator: &'a Allocator, text: &'a str) -> Result<(Parsed<'a>, Dialect), Problem> {
    let plain = parse(allocator, text, Dialect::Module);
    let Some(first) = plain.problems.first() else { return Ok((plain, Dialect::Module)) };
    let mut typed = parse(allocator, text, Dialect::TypeScript);
    if typed.problems.is_empty() {
        return Ok((typed, Dialect::TypeScript));
    }
    let other = typed.problems.swap_remove(0);
    Err(if other.start > first.start { other } else { first.clone() })
}

fn literal(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests;
