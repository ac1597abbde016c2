//! The template language, used when a template is saved and when a script renders it.
//!
//! Templates can access only their data, and fuel bounds their work. Parsing one can need as much stack as a script, so it
//! runs in the isolate.

use minijinja::{
    AutoEscape, Environment, Error, Value, escape_formatter,
    value::{Serde, ValueKind},
};

/// Maximum number of instructions of one rendering.
const FUEL: u64 = 200_000;

/// An error of a template, in its syntax or while rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// 1-based line of the template, if known.
    pub(crate) line: Option<u32>,
    /// The error, without the line.
    pub(crate) reason: String,
}

/// Returns the syntax error of a template, or `None` if it is valid.
pub(crate) fn mistake(text: &str) -> Option<Mistake> {
    language().template_from_str(text).err().map(|error| of_error(&error))
}

/// Renders a template. Values are escaped for HTML if the name ends in `.html` or `.htm`.
pub(crate) fn render(name: &str, text: &str, data: &serde_json::Value) -> Result<String, Mistake> {
    language().render_named_str(name, text, Serde(data)).map_err(|error| of_error(&error))
}

fn language() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_fuel(Some(FUEL));
    // `debug` would write the engine's internal state into the result.
    templates.remove_global("debug");
    templates.set_auto_escape_callback(|name| {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_html = ["html", "htm"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        if is_html { AutoEscape::Html } else { AutoEscape::None }
    });
    // Values are written as in JavaScript; null and undefined write nothing.
    templates.set_formatter(|out, state, value| match value.kind() {
        // A function that is not called would only write its name in our code.
        ValueKind::None | ValueKind::Plain => Ok(()),
        ValueKind::Bool => escape_formatter(out, state, &Value::from(value.to_string().to_lowercase())),
        _ => escape_formatter(out, state, value),
    });
    templates
}

fn of_error(error: &Error) -> Mistake {
    let reason = match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    Mistake { line: error.line().and_then(|line| u32::try_from(line).ok()), reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_errors_have_a_line() {
        for right in ["", "Hello", "{{ name }} {% if a %}b{% endif %} {# c #}", "{{ a|unheard }}"] {
            assert_eq!(mistake(right), None, "{right}");
        }
        for (wrong, line, reason) in [
            ("{{ name", 1, "syntax error: unexpected end of input, expected end of variable block"),
            ("a\n{% if a %}\nb", 2, "syntax error: unexpected end of input, expected end of block"),
            ("a\n\n{% unless a %}", 3, "syntax error: unknown statement unless"),
        ] {
            let mistake = mistake(wrong).expect(wrong);
            assert_eq!(mistake.line, Some(line), "{wrong}");
            assert!(mistake.reason.starts_with(reason), "{}", mistake.reason);
        }
    }

    #[test]
    fn templates_do_not_reveal_the_engine() {
        let data = serde_json::json!({"name": "Ann"});
        assert_eq!(render("inline", "{{ name }}", &data).as_deref(), Ok("Ann"));
        for text in ["{{ debug() }}", "{{ debug(name) }}"] {
            let refused = render("inline", text, &data).expect_err(text);
            assert!(refused.reason.contains("debug is unknown"), "{}", refused.reason);
        }
        for (_, shown) in ["{{ range }}", "{{ dict }}", "{{ namespace }}", "{{ self }}", "{{ debug }}"]
            .map(|text| (text, render("inline", text, &data)))
        {
            let shown = shown.unwrap_or_default();
            assert!(!shown.contains("minijinja") && !shown.contains("State"), "{shown}");
        }
        let shown = render("inline", "{{ name|pprint }}{{ missing|pprint }}", &data).unwrap_or_default();
        assert!(!shown.contains("minijinja"), "{shown}");
    }

    /// Uses the stack size of an isolate: the parser recurses into some of these forms without counting.
    #[test]
    fn deep_nesting_does_not_overflow_the_stack() {
        let look = || {
            for (open, inner, close) in [
                ("(", "1", ")"),
                ("[", "1", "]"),
                ("not ", "1", ""),
                ("-", "1", ""),
                ("1 if a else ", "1", ""),
                ("a|b(", "1", ")"),
                ("a.b", "", ""),
                ("a ~ ", "1", ""),
            ] {
                let text = format!("{{{{ {}{inner}{} }}}}", open.repeat(16_000), close.repeat(16_000));
                let _ = mistake(&text);
                let _ = render("inline", &text, &serde_json::Value::Null);
            }
            let _ = mistake(&"{% if a %}".repeat(6_000));
        };
        let stack = std::thread::Builder::new().stack_size(crate::isolate::STACK_BYTES).spawn(look);
        stack.expect("a thread").join().expect("an answer");
    }
}
