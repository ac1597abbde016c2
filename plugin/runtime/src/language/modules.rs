//! Imports and exports of scripts: lists them, and rewrites a text without them to the same effect.
//!
//! The engine's modules are disabled. An import becomes constants taken from an object of libraries, and an export becomes
//! a member of an object that the compiled function returns. Every line keeps its number, and every column except those
//! after an import on the same line. Bindings are not live: a constant has the value that the library exported when it
//! finished loading.

mod bindings;
mod imports;
mod rewriter;

use oxc_allocator::Allocator;

use super::{
    Problem,
    edits::Edits,
    parse::{self, Dialect, Parsed, parse},
    types,
};

/// Name of the object that holds the libraries in a rewritten text: their exports by specifier, such as `lib:tax`.
pub const LIBRARIES: &str = "$ʟ";
/// Prefix of the specifier of a library.
pub const SCHEME: &str = "lib:";

/// A module that a text imports or re-exports from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The specifier, as it is written in quotes: `lib:tax`.
    pub specifier: String,
    /// Line and column of the specifier, both from 1; columns in characters.
    pub position: (u32, u32),
    /// The exports that are imported by name.
    pub names: Vec<Name>,
}

/// The name of an imported export; `default` for the default export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name that the module exports.
    pub name: String,
    /// Line and column of the name, both from 1; columns in characters.
    pub position: (u32, u32),
}

/// A text without imports and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// The script; it needs an object named [`LIBRARIES`] if there are imports.
    pub javascript: String,
    /// The imports, in the order of the text.
    pub imports: Vec<Import>,
    /// The exports.
    pub exports: Vec<Export>,
}

/// One export of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// A value by its name, and the expression that returns it at the end of the text.
    Named {
        /// The exported name; `default` for the default export.
        name: String,
        /// An expression.
        value: String,
    },
    /// Everything that another module exports by name.
    All {
        /// The specifier, as it is written in quotes.
        specifier: String,
        /// The expression that returns the exports of that module.
        value: String,
    },
}

impl Module {
    /// Returns an object literal of the exports, to be appended to the text.
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
        // The module's own exports override re-exports.
        format!("{{{}}}", all.chain(named).collect::<Vec<_>>().join(","))
    }
}

/// Returns the imports of a text, without type imports; empty if the text does not parse.
#[must_use]
pub fn imports(text: &str) -> Vec<Import> {
    let allocator = Allocator::default();
    let Ok((parsed, dialect)) = read(&allocator, text) else { return Vec::new() };
    imports::of_program(&allocator, parsed.program, dialect, text)
}

/// Removes imports, exports and types from a text.
///
/// # Errors
/// The first error of a text that does not parse, an import from anything but a library, or a construct that is not
/// supported.
pub fn rewrite(text: &str) -> Result<Module, Problem> {
    let allocator = Allocator::default();
    let (parsed, dialect) = read(&allocator, text)?;
    let tokens = parse::tokens(&allocator, text, dialect);
    let mut edits = Edits::default();
    if dialect == Dialect::TypeScript {
        types::blank(&parsed.program, &tokens, text, &mut edits)?;
    }
    let exports = rewriter::rewrite(&parsed.program, &tokens, text, &mut edits)?;
    let imports = imports::of_program(&allocator, parsed.program, dialect, text);
    Ok(Module { javascript: edits.apply(text), imports, exports })
}

/// Parses a text as a JavaScript module or, if that fails, as TypeScript.
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
