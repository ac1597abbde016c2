//! Compiles a source to a function that runs the top level of the script: parsed, wrapped and compiled once, called once per run.
//!
//! The text is parsed without the wrapper first, as TypeScript if it is not valid JavaScript. That yields positions in the
//! author's text, and proves that the text is a whole script: it cannot close the wrapper and continue outside of it.

use std::{borrow::Cow, path::Path, rc::Rc};

use boa_engine::{
    Context, JsString, Script, Source,
    ast::{Position, scope::Scope},
    interner::Interner,
    object::JsObject,
    parser::{Error as ParseError, Parser, lexer},
};

use super::{
    errors::{Origin, script_fault},
    wrapper::{self, ENGINE_PATH, author_position},
};
use crate::{
    fault,
    language::{
        self, Problem, Reading,
        modules::{self, Import, Name},
    },
    protocol::{Fault, Library, Limits},
    source,
};

/// A source in the form that the engine compiles.
pub(super) struct PlainScript<'s> {
    /// The text without types, imports and exports.
    script: Cow<'s, str>,
    /// An object literal of its exports.
    exports: String,
    /// Its imports.
    imports: Vec<Import>,
}

impl<'s> PlainScript<'s> {
    fn plain(script: impl Into<Cow<'s, str>>) -> Self {
        Self { script: script.into(), exports: "{}".to_owned(), imports: Vec::new() }
    }
}

/// Converts a source to JavaScript.
///
/// # Errors
/// The first compile error, with its position.
pub(super) fn javascript<'s>(text: &'s str, limits: &Limits) -> Result<PlainScript<'s>, Fault> {
    source::check_size(text, limits)?;
    let Err(error) = parse(text) else { return Ok(PlainScript::plain(text)) };
    let mistake = |problem: &Problem| source::fault_at(fault::COMPILE_ERROR, &problem.message, text, problem.start);
    let is_module = !modules::imports(text).is_empty();
    match modules::rewrite(text) {
        Ok(module) if is_module || !module.exports.is_empty() => {
            let exports = module.exports_object();
            return match parse(&module.javascript) {
                Ok(()) => Ok(PlainScript { script: module.javascript.into(), exports, imports: module.imports }),
                Err(error) => Err(parse_fault(&error, text)),
            };
        }
        Err(problem) if is_module => return Err(mistake(&problem)),
        // If the engine stops at the word `import` or `export`, the actual error is further on.
        Err(problem) if names_modules(text) && source::position(text, problem.start) > place_of(&error, text) => {
            let message = format!("SyntaxError: {}", problem.message);
            return Err(source::fault_at(fault::COMPILE_ERROR, &message, text, problem.start));
        }
        Ok(_) | Err(_) => {}
    }
    match language::read(text) {
        Reading::TypeScript(script) => match parse(&script) {
            Ok(()) => Ok(PlainScript::plain(script)),
            Err(error) => Err(parse_fault(&error, text)),
        },
        Reading::Refused(problem) => Err(mistake(&problem)),
        Reading::BrokenTypeScript(problem) => {
            let message = format!("SyntaxError: {}", problem.message);
            Err(source::fault_at(fault::COMPILE_ERROR, &message, text, problem.start))
        }
        Reading::JavaScript => Err(parse_fault(&error, text)),
    }
}

/// Returns whether a text may be a module, even if it has syntax errors.
fn names_modules(text: &str) -> bool {
    ["import", "export"].iter().any(|word| text.contains(word))
}

fn parse(text: &str) -> Result<(), ParseError> {
    let script = language::movable(text);
    Parser::new(Source::from_bytes(&*script)).parse_script(&Scope::new_global(), &mut Interner::default()).map(drop)
}

/// A compiled source.
#[derive(Clone)]
pub(super) struct Compiled {
    /// Returns the function that runs the top level.
    pub(super) maker: JsObject,
    imports: Rc<[Import]>,
}

/// Compiles a source to a function of `context` and `services`. It returns the function that runs the top level of the script,
/// which returns the function of the first entry point that the script defines, or undefined.
///
/// # Errors
/// A compile error, or an entry point that is not a plain name.
pub(super) fn compile(origin: &Origin<'_>, entries: &[&str], context: &mut Context) -> Result<Compiled, Fault> {
    let plain = javascript(origin.source, origin.limits)?;
    let mut choice = String::new();
    for entry in entries {
        if !is_plain_name(entry) {
            return Err(fault::ENTRY_POINT_MISSING.fault(format!("`{entry}` cannot be the name of a function")));
        }
        choice.push_str(&format!("typeof {entry}===\"function\"?{entry}:"));
    }
    let maker = wrapped(&plain.script, &format!("{choice}undefined"), ENGINE_PATH, origin, context)?;
    Ok(Compiled { maker, imports: plain.imports.into() })
}

/// Compiles a library like [`compile`]; the function that runs its top level returns the object of its exports.
///
/// # Errors
/// A compile error.
pub(super) fn compile_library(origin: &Origin<'_>, specifier: &str, context: &mut Context) -> Result<Compiled, Fault> {
    let plain = javascript(origin.source, origin.limits)?;
    let maker = wrapped(&plain.script, &format!("({})", plain.exports), specifier, origin, context)?;
    Ok(Compiled { maker, imports: plain.imports.into() })
}

impl Compiled {
    /// Checks that every imported module is available.
    ///
    /// # Errors
    /// A compile error at the first that is not.
    pub(super) fn require(&self, libraries: &[Library], origin: &Origin<'_>) -> Result<(), Fault> {
        let absent = |import: &&Import| !libraries.iter().any(|library| library.specifier == import.specifier);
        let Some(Import { specifier, position: (line, column), .. }) = self.imports.iter().find(absent) else {
            return Ok(());
        };
        let fault = fault::COMPILE_ERROR.fault(format!("there is no library \"{specifier}\""));
        Err(source::locate(fault, origin.source, *line, *column))
    }

    /// Checks that every imported name is exported by the libraries as loaded for this run: they may be newer than the script.
    ///
    /// # Errors
    /// A compile error at the first that is not.
    pub(super) fn require_names(
        &self,
        exports: &JsObject,
        origin: &Origin<'_>,
        context: &mut Context,
    ) -> Result<(), Fault> {
        for Import { specifier, names, .. } in &*self.imports {
            let of_library = exports.get(JsString::from(specifier.as_str()), context).ok();
            let Some(of_library) = of_library.and_then(|exports| exports.as_object()) else { continue };
            for Name { name, position: (line, column) } in names {
                let there = of_library.has_own_property(JsString::from(name.as_str()), context);
                if !there.unwrap_or_default() {
                    let fault = fault::COMPILE_ERROR.fault(no_export(specifier, name));
                    return Err(source::locate(fault, origin.source, *line, *column));
                }
            }
        }
        Ok(())
    }
}

fn no_export(specifier: &str, name: &str) -> String {
    match name {
        "default" => format!("the library \"{specifier}\" has no default export"),
        _ => format!("the library \"{specifier}\" exports no `{name}`"),
    }
}

/// Compiles a text wrapped in a function that returns an expression at its end.
fn wrapped(
    script: &str,
    returns: &str,
    path: &str,
    origin: &Origin<'_>,
    context: &mut Context,
) -> Result<JsObject, Fault> {
    let wrapped = wrapper::wrapped(&language::movable(script), returns);
    let script = Source::from_bytes(&wrapped);
    let script = script.with_path(Path::new(path));
    let maker = Script::parse(script, None, context)
        .and_then(|script| script.evaluate(context))
        .map_err(|error| compile_fault(script_fault(error, origin, context), origin))?;
    let Some(maker) = maker.as_callable() else {
        return Err(fault::INTERNAL.fault("the wrapper of the script did not return a function"));
    };
    Ok(maker)
}

fn is_plain_name(name: &str) -> bool {
    let mut signs = name.chars();
    let first = signs.next().is_some_and(|sign| sign.is_ascii_alphabetic() || matches!(sign, '_' | '$'));
    first
        && signs.all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '$'))
        && name.len() <= 128
        && !language::is_reserved(name)
}

/// Returns line and column of an error of the engine's parser.
fn place_of(error: &ParseError, text: &str) -> (u32, u32) {
    let fault = parse_fault(error, text);
    (fault.line.unwrap_or(1), fault.column.unwrap_or(1))
}

fn parse_fault(error: &ParseError, text: &str) -> Fault {
    let position = match error {
        ParseError::Expected { span, .. } | ParseError::Unexpected { span, .. } => Some(span.start()),
        ParseError::General { position, .. } => Some(*position),
        ParseError::Lex { err: lexer::Error::Syntax(_, position) } => Some(*position),
        ParseError::AbruptEnd => Some(end_of(text)),
        ParseError::Lex { .. } | ParseError::ScopeAnalysis { .. } => None,
    };
    let printed = error.to_string();
    // The printed form ends with the position, which a fault holds in separate fields.
    let message = match printed.rsplit_once(" at line ") {
        Some((message, _)) => message,
        None if matches!(error, ParseError::AbruptEnd) => "unexpected end of the script",
        None => &printed,
    };
    let fault = fault::COMPILE_ERROR.fault(format!("SyntaxError: {message}"));
    match position {
        Some(position) => source::locate(fault, text, position.line_number(), position.column_number()),
        None => fault,
    }
}

/// Returns the fault of a text that fails only when wrapped, because of a rule that applies to functions but not to scripts.
fn compile_fault(fault: Fault, origin: &Origin<'_>) -> Fault {
    if fault.kind == crate::protocol::FaultKind::Stack || fault.code == fault::INTERNAL.name {
        return fault;
    }
    let (message, place) = match fault.message.rsplit_once(" at line ") {
        Some((message, place)) => (message.to_owned(), place.split_once(", col ")),
        None => (fault.message.clone(), None),
    };
    let located = fault::COMPILE_ERROR.fault(message);
    match place.and_then(|(line, column)| Some((line.parse().ok()?, column.parse().ok()?))) {
        Some((line, column)) => {
            let (line, column) = author_position(line, column);
            source::locate(located, origin.source, line, column)
        }
        None => located,
    }
}

fn end_of(text: &str) -> Position {
    let line = text.lines().count().max(1);
    let column = text.lines().last().unwrap_or_default().chars().count() + 1;
    Position::new(u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
