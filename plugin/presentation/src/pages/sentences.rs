//! Faults, reasons and changes, which are stored as data, as sentences in the user's language.
//!
//! English uses the messages of the plugin. Other languages have a text for each code, except for messages of a script
//! or of the application.

use iota_scripts_domain::{Change, Fault, FaultCode, Outcome, Reason, ScriptVersion};

use super::{Page, local_time::LocalTime, people::People};
use crate::locale::Locale;

/// Returns why a run failed, in one sentence.
pub(super) fn fault(fault: &Fault, page: &Page) -> String {
    match Outcome::answered(fault) {
        Some(status) if page.locale != Locale::En => page.with("fault.answered", "status", &status),
        _ => message(fault.code, &fault.message, page),
    }
}

/// Checks whether the message of a fault is shown unchanged: in English, or if a script or the application wrote it.
pub(super) fn is_verbatim(fault: &Fault, page: &Page) -> bool {
    page.locale == Locale::En || speaks_for_itself(fault.code) && Outcome::answered(fault).is_none()
}

/// Returns the reason for an occurrence's state.
pub(super) fn reason(reason: &Reason, page: &Page, people: &People) -> String {
    let user = |key: &str, user| page.with(key, "user", &people.name(user));
    match reason {
        Reason::Told(sentence) => sentence.clone(),
        Reason::Fault { fault, message: text } => format!("{fault}: {}", message(*fault, text, page)),
        Reason::UserUnknown { user: id } => user("reason.user_unknown", id),
        Reason::UserUnresolved { user: id, cause } => user("reason.user_unresolved", id).replace("{cause}", cause),
        Reason::CancelledBy { user: id } => user("reason.cancelled_by", id),
        Reason::Paused { name, why } => page.with("reason.paused", "name", name).replace("{why}", why),
        plain => plain.code().map_or_else(|| plain.to_string(), |code| page.word("reason", code)),
    }
}

/// Describes the change of a version, with its author's summary if there is one.
pub(super) fn change(version: &ScriptVersion, page: &Page) -> String {
    let Some(change) = version.summary.change() else { return version.summary.as_str().to_owned() };
    match change {
        Change::Quarantined { fault, times, since } => {
            let text = page.plural("change.quarantined", &times.into());
            text.replace("{fault}", fault.as_str()).replace("{since}", &LocalTime::of(since, page.zone).short)
        }
        Change::ActivatedAfterQuarantine { fault } => {
            page.with("change.activated_after_quarantine", "fault", fault.as_str())
        }
        Change::Restored { version } => page.with("change.restored", "version", &version),
        Change::Created | Change::Edited | Change::RunsAsAnother | Change::Activated | Change::Deactivated => {
            page.word("change", change.code())
        }
    }
}

fn message(code: FaultCode, text: &str, page: &Page) -> String {
    if page.locale == Locale::En || speaks_for_itself(code) { text.to_owned() } else { page.word("fault", code) }
}

/// Checks whether the message of a fault comes from a script or the application.
const fn speaks_for_itself(code: FaultCode) -> bool {
    matches!(code, FaultCode::ScriptError | FaultCode::ServiceError | FaultCode::TemplateError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugin_messages_are_translated_but_script_messages_are_not() {
        let (en, ru) = (Page::plain(Locale::En), Page::plain(Locale::Ru));
        let timeout = Fault::new(FaultCode::Timeout, "the run took longer than 2000 ms");
        assert_eq!(fault(&timeout, &en), "the run took longer than 2000 ms");
        assert!(fault(&timeout, &ru).starts_with("Запуск"), "{}", fault(&timeout, &ru));
        let thrown = Fault::new(FaultCode::ScriptError, "client 7 has no phone");
        assert_eq!(fault(&thrown, &ru), "client 7 has no phone");
        let answered = Outcome::of_answer(iota_scripts_domain::JsonText::null(), 503);
        let text = fault(answered.fault().unwrap(), &ru);
        assert!(text.contains("503") && !text.contains("endpoint"), "{text}");
    }

    #[test]
    fn every_reason_and_change_has_a_text_in_every_language() {
        let people = People::nobody();
        for code in Reason::plain_codes() {
            let known = Reason::stored(Some(code), "an unknown sentence".to_owned());
            for locale in Locale::ALL {
                let text = reason(&known, &Page::plain(locale), &people);
                assert!(!text.starts_with("reason."), "{text}");
                assert_eq!(text == known.to_string(), locale == Locale::En, "{text}");
            }
        }
    }
}
