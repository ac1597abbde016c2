//! The form on a script's page that runs it now or later.

use iota_scripts_domain::{ExecutionId, FieldError, FieldProblem, JsonText, TimeZone, Timestamp};
use iota_scripts_services::ServiceError;
use serde_json::value::RawValue;

use super::{form::explained, local_time::local};
use crate::{extract::FormPairs, locale::Locale};

/// The input, and its errors.
#[derive(Debug, Clone)]
pub(super) struct RunForm {
    /// Id of the new run or occurrence, so that the form starts one run even if it is sent several times.
    pub(super) run_id: String,
    pub(super) input: String,
    pub(super) at: String,
    pub(super) dry_run: bool,
    pub(super) input_error: String,
    pub(super) at_error: String,
}

impl Default for RunForm {
    fn default() -> Self {
        Self {
            run_id: ExecutionId::generate().to_string(),
            input: String::new(),
            at: String::new(),
            dry_run: false,
            input_error: String::new(),
            at_error: String::new(),
        }
    }
}

impl RunForm {
    pub(super) fn sent(pairs: &FormPairs) -> Self {
        Self {
            run_id: pairs.get("run_id").to_owned(),
            input: pairs.get("input").to_owned(),
            at: pairs.get("at").to_owned(),
            dry_run: !pairs.get("dry_run").is_empty(),
            ..Self::default()
        }
    }

    pub(super) fn args(&self) -> Result<JsonText, FieldError> {
        let text = self.input.trim();
        if text.is_empty() {
            return Ok(JsonText::empty_list());
        }
        let no_json = |error: serde_json::Error| FieldError::new("input", FieldProblem::Invalid, error.to_string());
        let value: &RawValue = serde_json::from_str(text).map_err(no_json)?;
        serde_json::value::to_raw_value(&[value]).map(JsonText::from).map_err(no_json)
    }

    pub(super) fn local_time(&self, zone: TimeZone) -> Result<Option<Timestamp>, FieldError> {
        match self.at.trim() {
            "" => Ok(None),
            text => local(text, zone)
                .map(Some)
                .ok_or_else(|| FieldError::new("at", FieldProblem::Invalid, "not a date and time")),
        }
    }

    pub(super) fn rejection(&mut self, error: ServiceError, locale: Locale) -> Result<(), ServiceError> {
        match error {
            ServiceError::Invalid(errors) => {
                for error in &errors.0 {
                    let place = if error.field == "at" { &mut self.at_error } else { &mut self.input_error };
                    *place = explained(error, locale);
                }
                Ok(())
            }
            ServiceError::InputTooLarge { .. } | ServiceError::InputTooNested { .. } => {
                self.input_error = locale.text(&format!("fault.{}", error.code())).to_owned();
                Ok(())
            }
            other => Err(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_json_is_reported_at_its_field_and_kept() {
        let mut form = RunForm { input: "{oops".to_owned(), ..RunForm::default() };
        let error = form.args().unwrap_err();
        form.rejection(error.into(), Locale::En).unwrap();
        assert_eq!(
            (form.input.as_str(), form.input_error.is_empty(), form.at_error.is_empty()),
            ("{oops", false, true)
        );
        let form = RunForm { input: " {\"a\": 1.0} ".to_owned(), ..RunForm::default() };
        assert_eq!(form.args().unwrap().as_str(), "[{\"a\": 1.0}]");
    }
}
