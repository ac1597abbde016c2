//! The language of templates: the same when a template is saved and when a script renders it.
//!
//! Templates cannot reach anything but their data, and their work is bounded by fuel. Reading one may take as much stack as a
//! script has, so that it is done where scripts run.

use minijinja::{
    AutoEscape, Environment, Error, Value, escape_formatter,
    value::{Serde, ValueKind},
};

/// Instructions that one rendering may take.
const FUEL: u64 = 200_000;

/// Why a template is none, or cannot be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// 1-based line of the template, where it is known.
    pub(crate) line: Option<u32>,
    /// What is wrong, without the line.
    pub(crate) reason: String,
}

/// What is wrong with the syntax of a template; nothing when it is right.
pub(crate) fn mistake(text: &str) -> Option<Mistake> {
    language().template_from_str(text).err().map(|error| of_error(&error))
}

/// Fills a template in. Values are escaped for HTML when the name ends in `.html` or `.htm`.
pub(crate) fn render(name: &str, text: &str, data: &serde_json::Value) -> Result<String, Mistake> {
    language().render_named_str(name, text, Serde(data)).map_err(|error| of_error(&error))
}

fn language() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_fuel(Some(FUEL));
    // It prints the engine's own state into whatever the template becomes.
    templates.remove_global("debug");
    templates.set_auto_escape_callback(|name| {
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_html = ["html", "htm"].iter().any(|known| extension.eq_ignore_ascii_case(known));
        if is_html { AutoEscape::Html } else { AutoEscape::None }
    });
    // As JavaScript writes them; nothing is nothing, whether it is null or left out.
    templates.set_formatter(|out, state, value| match value.kind() {
        // A function that is not called has nothing to say but its name in our own code.
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
    fn mistakes_are_found_where_they_are() {
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
    fn a_template_tells_nothing_of_its_engine() {
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

    /// On a stack as scripts have it: the parser follows some of them down without counting.
    #[test]
    fn deep_nesting_is_a_mistake_and_nothing_worse() {
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
