//! Starters for new scripts: eight complete examples that run, or state what they need.

use iota_scripts_domain::{ScriptInput, ScriptType};

/// A starter. Its title and its purpose are texts: `starter.<id>.title`, `starter.<id>.about`.
pub(super) struct Starter {
    pub(super) id: &'static str,
    pub(super) kind: ScriptType,
    source: &'static str,
    cron_expression: Option<&'static str>,
    /// Method, path and access.
    endpoint: Option<(&'static str, &'static str, &'static str)>,
    event_patterns: &'static [&'static str],
}

impl Starter {
    const fn new(id: &'static str, kind: ScriptType, source: &'static str) -> Self {
        Self { id, kind, source, cron_expression: None, endpoint: None, event_patterns: &[] }
    }

    /// Returns all starters, in the order of the page.
    pub(super) fn all() -> [Self; 8] {
        use ScriptType::{Cron, Embedded, Endpoint, OneOff};
        [
            Self {
                cron_expression: Some("0 9 * * *"),
                ..Self::new("client_reminder", Cron, include_str!("../../starters/client-reminder.js"))
            },
            Self {
                cron_expression: Some("30 6 * * 1"),
                ..Self::new("weekly_summary", Cron, include_str!("../../starters/weekly-summary.js"))
            },
            Self::new("step_by_step", OneOff, include_str!("../../starters/step-by-step.js")),
            Self {
                endpoint: Some(("GET", "/reports/orders", "session")),
                ..Self::new("order_report", Endpoint, include_str!("../../../../examples/scripts/order-report.js"))
            },
            Self {
                endpoint: Some(("GET", "/notes/:id", "session")),
                ..Self::new("read_one", Endpoint, include_str!("../../starters/read-one.js"))
            },
            Self {
                endpoint: Some(("POST", "/hooks/partner", "public")),
                ..Self::new("webhook", Endpoint, include_str!("../../starters/webhook.js"))
            },
            Self::new("validate_order", Embedded, include_str!("../../../../examples/scripts/validate-order.js")),
            Self {
                event_patterns: &["order.*"],
                ..Self::new("event_handler", Embedded, include_str!("../../starters/event-handler.js"))
            },
        ]
    }

    /// Returns the starter with this id.
    pub(super) fn find(id: &str) -> Option<Self> {
        Self::all().into_iter().find(|starter| starter.id == id)
    }

    /// Returns an inactive script of this name. `turn` counts attempts from 1: after a path that is taken, the path
    /// gets a number.
    pub(super) fn input(&self, name: &str, turn: u32) -> ScriptInput {
        let path = |path: &str| if turn == 1 { path.to_owned() } else { numbered(path, turn) };
        ScriptInput {
            name: name.to_owned(),
            script_type: self.kind.as_str().to_owned(),
            content: self.source.to_owned(),
            cron_expression: self.cron_expression.map(str::to_owned),
            endpoint_method: self.endpoint.map(|(method, ..)| method.to_owned()),
            endpoint_path: self.endpoint.map(|(_, plain, _)| path(plain)),
            endpoint_access: self.endpoint.map(|(.., access)| access.to_owned()),
            event_patterns: self.event_patterns.iter().map(|pattern| (*pattern).to_owned()).collect(),
            is_active: Some(false),
            ..ScriptInput::default()
        }
    }
}

/// Returns `/notes-2/:id` for `/notes/:id`.
fn numbered(path: &str, turn: u32) -> String {
    let first = path[1..].find('/').map_or(path.len(), |end| end + 1);
    format!("{}-{turn}{}", &path[..first], &path[first..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn every_starter_is_a_script_and_has_its_texts() {
        for starter in Starter::all() {
            for turn in [1, 2] {
                iota_scripts_domain::ScriptDraft::parse(&starter.input("A name", turn)).unwrap();
            }
            for locale in Locale::ALL {
                for text in ["title", "about"] {
                    assert!(locale.find(&format!("starter.{}.{text}", starter.id)).is_some(), "{} {text}", starter.id);
                }
            }
        }
    }

    #[test]
    fn a_path_that_is_taken_gets_a_number() {
        assert_eq!([numbered("/hooks/partner", 2), numbered("/a", 3)], ["/hooks-2/partner", "/a-3"]);
    }
}
