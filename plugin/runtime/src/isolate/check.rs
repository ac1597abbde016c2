//! Checks a source without running it: reports the errors of the engine, and warnings and hints for the author.

use std::collections::HashSet;

use super::{compile, extension::Api};
use crate::{
    fault,
    language::{
        self, CheckContext, MOST, Problem,
        modules::{self, Export, Import, Name},
    },
    protocol::{Check, Checked, Diagnostic, Exported, Fault, Imported, ImportedName, Language, Severity},
    source::{self, Lines},
    templates,
};

/// The code of the finding that counts the findings not shown.
const MORE: &str = "MORE_FINDINGS";

/// Checks a source. The engine decides whether it compiles.
pub(super) fn check(check: &Check, globals: &HashSet<String>, api: &Api) -> Checked {
    if check.language == Language::Template {
        return Checked { found: template(&check.source), ..Checked::default() };
    }
    let text = source::text_of(&check.source);
    let found = findings(check, text, globals, api);
    // A text over its limits is not parsed.
    let fits = source::check_size(text, &check.limits).is_ok();
    let imports = if fits { modules::imports(text) } else { Vec::new() };
    let exports = if fits { exported(text) } else { Exported::default() };
    Checked { found, imports: imports.into_iter().map(imported).collect(), exports }
}

/// Returns the first error of a template.
fn template(text: &str) -> Vec<Diagnostic> {
    let fault = templates::mistake(text).map(|templates::Mistake { line, reason }| Fault {
        line,
        source_line: line.and_then(|line| source::line_text(text, line)),
        ..fault::TEMPLATE_ERROR.fault(reason)
    });
    fault.map(of_fault).into_iter().collect()
}

fn imported(import: Import) -> Imported {
    let Import { specifier, position: (line, column), names } = import;
    let name = |Name { name, position: (line, column) }| ImportedName { name, line, column };
    Imported { specifier, line, column, names: names.into_iter().map(name).collect() }
}

fn exported(text: &str) -> Exported {
    let mut exported = Exported::default();
    for export in modules::rewrite(text).map(|module| module.exports).unwrap_or_default() {
        match export {
            Export::Named { name, .. } => exported.names.push(name),
            Export::All { specifier, .. } => exported.all_of.push(specifier),
        }
    }
    exported
}

fn findings(check: &Check, text: &str, globals: &HashSet<String>, api: &Api) -> Vec<Diagnostic> {
    match compile::javascript(text, &check.limits) {
        Ok(_) => {
            let context = CheckContext {
                globals,
                functions: &check.functions,
                any_function: check.any_function,
                api_version: check.api_version,
                deprecated: api.deprecated,
                promises: &api.promises(),
            };
            let (found, lines) = (language::diagnose(text, &context), Lines::of(text));
            let located =
                found.iter().take(MOST).map(|found| located(&lines, found.code, found.severity, &found.problem));
            located.chain(rest(found.len())).collect()
        }
        Err(fault) if fault.code == fault::COMPILE_ERROR.name => errors(fault, text),
        Err(fault) => vec![of_fault(fault)],
    }
}

/// Returns a finding that counts those not shown, if there are any.
fn rest(found: usize) -> Option<Diagnostic> {
    let more = found.checked_sub(MOST).filter(|more| *more > 0)?;
    let message = format!("{more} more findings are not shown");
    Some(Diagnostic {
        severity: Severity::Hint,
        ..of_fault(Fault { code: MORE.to_owned(), message, ..fault::COMPILE_ERROR.fault(String::new()) })
    })
}

/// Returns the result for a source on which the parser itself failed.
pub(super) fn failed(text: &str) -> Checked {
    let fault = fault::INTERNAL.fault("the parser failed on this source");
    Checked { found: vec![of_fault(source::locate(fault, text, 1, 1))], ..Checked::default() }
}

/// Returns the error that a run would end in, unless the engine gives no position for it, and the parser's errors on other lines.
fn errors(fault: Fault, text: &str) -> Vec<Diagnostic> {
    let placed = fault.line.is_some();
    let mut first = of_fault(fault);
    let lines_of_text = Lines::of(text);
    let others = language::syntax_errors(text).into_iter().take(MOST).map(|problem| {
        let message = format!("SyntaxError: {}", problem.message);
        located(&lines_of_text, fault::COMPILE_ERROR.name, Severity::Error, &Problem { message, ..problem })
    });
    let mut lines: HashSet<u32> = placed.then_some(first.line).into_iter().collect();
    let mut found = Vec::new();
    for other in others {
        if (other.line, other.column) == (first.line, first.column) {
            (first.end_line, first.end_column) = (other.end_line, other.end_column);
        }
        if lines.insert(other.line) {
            found.push(other);
        }
    }
    if placed || found.is_empty() {
        found.insert(0, first);
    }
    found
}

fn located(lines: &Lines<'_>, code: &str, severity: Severity, problem: &Problem) -> Diagnostic {
    let (line, column) = lines.position(problem.start);
    let (end_line, end_column) = lines.position(problem.end);
    Diagnostic {
        severity,
        code: code.to_owned(),
        message: problem.message.clone(),
        line,
        column,
        end_line,
        end_column,
        source_line: lines.text(line).unwrap_or_default(),
    }
}

fn of_fault(fault: Fault) -> Diagnostic {
    let (line, column) = (fault.line.unwrap_or(1), fault.column.unwrap_or(1));
    Diagnostic {
        severity: Severity::Error,
        code: fault.code,
        message: fault.message,
        line,
        column,
        end_line: line,
        end_column: column + 1,
        source_line: fault.source_line.unwrap_or_default(),
    }
}
