//! The locale of a template, and the choice of the template for a requested locale.

use serde::Serialize;

use super::Template;
use crate::{FieldError, FieldProblem};

/// A language tag, optionally with a script and a region: `ru`, `ru-RU`, `uz-Cyrl`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TemplateLocale(String);

impl TemplateLocale {
    /// Parses a tag and normalizes its case.
    ///
    /// # Errors
    /// A [`FieldError`] for the field `locale`.
    ///
    /// ```
    /// use iota_scripts_domain::TemplateLocale;
    /// assert_eq!(TemplateLocale::parse("uz_cyrl_uz").unwrap().as_str(), "uz-Cyrl-UZ");
    /// assert!(TemplateLocale::parse("Russian").is_err());
    /// ```
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let wrong = || {
            FieldError::new(
                "locale",
                FieldProblem::Invalid,
                "a locale is a language, optionally with a region, such as ru or ru-RU",
            )
        };
        let mut subtags = text.trim().split(['-', '_']);
        let language = subtags.next().unwrap_or_default().to_ascii_lowercase();
        if !(2..=3).contains(&language.len()) || !language.bytes().all(|sign| sign.is_ascii_lowercase()) {
            return Err(wrong());
        }
        let mut tag = language;
        for subtag in subtags.by_ref().take(3) {
            let is_plain = subtag.bytes().all(|sign| sign.is_ascii_alphanumeric());
            let written = match subtag.len() {
                2 | 3 if is_plain => subtag.to_ascii_uppercase(),
                4 if is_plain => title_case(subtag),
                5..=8 if is_plain => subtag.to_ascii_lowercase(),
                _ => return Err(wrong()),
            };
            tag.push('-');
            tag.push_str(&written);
        }
        if subtags.next().is_some() { Err(wrong()) } else { Ok(Self(tag)) }
    }

    /// Parses an optional tag; an empty text means `None`.
    ///
    /// # Errors
    /// See [`Self::parse`].
    pub fn parse_optional(text: Option<&str>) -> Result<Option<Self>, FieldError> {
        text.map(str::trim).filter(|text| !text.is_empty()).map(Self::parse).transpose()
    }

    /// Returns the tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the tag without its last subtag: `ru` for `ru-RU`.
    fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('-').map(|(parent, _)| Self(parent.to_owned()))
    }
}

fn title_case(subtag: &str) -> String {
    let mut lower = subtag.to_ascii_lowercase();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    lower
}

impl Template {
    /// Chooses among the templates with one name: the one for exactly the wanted locale, else for the language without its region, else the
    /// one without a locale.
    #[must_use]
    pub fn best_for(templates: Vec<Self>, wanted: Option<&TemplateLocale>) -> Option<Self> {
        let mut wanted = wanted.cloned();
        let mut templates = templates;
        loop {
            if let Some(at) = templates.iter().position(|template| template.locale == wanted) {
                return Some(templates.swap_remove(at));
            }
            wanted = wanted?.parent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Stamp, TemplateBody, TemplateName, Timestamp, UserId};

    fn locale(text: &str) -> Option<TemplateLocale> {
        (!text.is_empty()).then(|| TemplateLocale::parse(text).unwrap())
    }

    fn taken(there: &[&str], wanted: &str) -> Option<String> {
        let template = |tag: &&str| Template {
            name: TemplateName::parse("hello").unwrap(),
            locale: locale(tag),
            body: TemplateBody::parse(tag).unwrap(),
            updated: Stamp { at: Timestamp::from_micros(0), by: UserId::parse("ann").unwrap() },
        };
        let taken = Template::best_for(there.iter().map(template).collect(), locale(wanted).as_ref())?;
        Some(taken.body.as_str().to_owned())
    }

    #[test]
    fn the_closest_locale_is_chosen() {
        let all = ["", "ru", "ru-RU", "uz-Cyrl"];
        for (wanted, expected) in [
            ("ru-RU", "ru-RU"),
            ("ru-KZ", "ru"),
            ("ru", "ru"),
            ("uz-Cyrl-UZ", "uz-Cyrl"),
            ("uz", ""),
            ("de", ""),
            ("", ""),
        ] {
            assert_eq!(taken(&all, wanted).as_deref(), Some(expected), "{wanted}");
        }
        assert_eq!(taken(&["ru"], "uz"), None);
        assert_eq!(taken(&["ru"], ""), None);
    }

    #[test]
    fn tags_are_normalized() {
        for (text, expected) in [("RU", "ru"), (" ru_ru ", "ru-RU"), ("uz-LATN-uz", "uz-Latn-UZ"), ("es-419", "es-419")]
        {
            assert_eq!(TemplateLocale::parse(text).unwrap().as_str(), expected);
        }
        for text in ["", "r", "russian", "ru-", "ru-R", "ру", "ru-RU-x-y", "ru/RU", "a1"] {
            assert!(TemplateLocale::parse(text).is_err(), "{text}");
        }
    }
}
