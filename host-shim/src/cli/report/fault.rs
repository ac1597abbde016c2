//! A fault as text: the message, and the line of the source with a mark under the column.

use serde_json::Value;

/// Describes a fault, or the diagnostics of a source that was rejected.
pub(super) fn describe(fault: &Value, path: &str, source: &str) -> String {
    let mut text = headline(fault);
    let diagnostics = fault["details"]["diagnostics"].as_array().or_else(|| fault["details"].as_array());
    let places: Vec<&Value> = match diagnostics {
        Some(list) if !fault["line"].is_u64() => list.iter().collect(),
        _ => vec![fault],
    };
    for local in places {
        if !std::ptr::eq(local, fault)
            && let Some(message) = local["message"].as_str()
        {
            text.push_str(&format!("\n  {message}"));
        }
        text.push_str(&excerpt(local, path, source).unwrap_or_default());
    }
    if let Some(stack) = fault["stack"].as_str().filter(|stack| !stack.trim().is_empty()) {
        let lines = stack.trim().lines().map(|line| format!("\n    {}", line.trim()));
        text.push_str(&lines.collect::<String>());
    }
    text
}

/// Describes one diagnostic with its position.
pub(crate) fn finding(found: &Value, path: &str, source: &str) -> String {
    let word = |name: &str| found[name].as_str().unwrap_or_default();
    let local = excerpt(found, path, source).unwrap_or_default();
    format!("{} {}: {}{local}", word("severity"), word("code"), word("message"))
}

fn headline(fault: &Value) -> String {
    let code = fault["code"].as_str().unwrap_or("UNKNOWN");
    let message = fault["message"].as_str().unwrap_or("the run failed and did not say why");
    let kind = fault["type"].as_str().map(|kind| format!(" ({kind})")).unwrap_or_default();
    let field = fault["field"].as_str().map(|field| format!(" [{field}]")).unwrap_or_default();
    format!("fault {code}{kind}{field}: {message}")
}

fn excerpt(local: &Value, path: &str, source: &str) -> Option<String> {
    let number = usize::try_from(local["line"].as_u64()?).ok()?;
    let column = local["column"].as_u64().and_then(|column| usize::try_from(column).ok());
    let at = column.map(|column| format!(":{column}")).unwrap_or_default();
    let own = source.lines().nth(number.checked_sub(1)?);
    let Some(line) = local["source_line"].as_str().or(own) else { return Some(format!("\n  at {path}:{number}{at}")) };
    let mark = column.map(|column| {
        // Tabs are kept, so that the mark is under its column in any terminal.
        let before = line.chars().take(column.saturating_sub(1));
        let lead: String = before.map(|letter| if letter == '\t' { '\t' } else { ' ' }).collect();
        let gutter = " ".repeat(number.to_string().len());
        format!("\n  {gutter} | {lead}^")
    });
    Some(format!("\n  at {path}:{number}{at}\n  {number} | {line}{}", mark.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_mark_is_under_the_column() {
        let fault = json!({"code": "SCRIPT_ERROR", "type": "user", "message": "x is not defined",
                           "line": 2, "column": 4});
        let text = describe(&fault, "a.js", "function main() {\n\t  x();\n}");
        assert_eq!(text, "fault SCRIPT_ERROR (user): x is not defined\n  at a.js:2:4\n  2 | \t  x();\n    | \t  ^");
    }

    #[test]
    fn each_diagnostic_of_a_rejected_source_shows_its_line() {
        let error = json!({"code": "VALIDATION", "message": "does not compile", "field": "content",
                           "details": {"diagnostics": [{"message": "unexpected }", "line": 1, "column": 1}]}});
        let text = describe(&error, "a.js", "}");
        assert!(
            text.starts_with("fault VALIDATION [content]: does not compile\n  unexpected }\n  at a.js:1:1"),
            "{text}"
        );
    }

    #[test]
    fn a_fault_without_a_position_is_one_line() {
        assert_eq!(describe(&json!({"code": "TIMEOUT", "message": "too long"}), "a", "b"), "fault TIMEOUT: too long");
        assert_eq!(describe(&json!({"line": 99}), "a.js", "").lines().last(), Some("  at a.js:99"));
    }
}
