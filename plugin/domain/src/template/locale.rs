//! The language of a template, and which template is taken for a language.

use serde::Serialize;

use super::Template;
use crate::{FieldError, FieldProblem};

/// A language, perhaps with a script and a region: `ru`, `ru-RU`, `uz-Cyrl`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct TemplateLocale(String);

impl TemplateLocale {
    /// Checks a tag, and writes it as it is usually written.
    ///
    /// # Errors
    /// The mistake, for the field `locale`.
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
                "a locale is a language, perhaps with a region, as ru or ru-RU",
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
                4 if is_plain => titled(subtag),
                5..=8 if is_plain => subtag.to_ascii_lowercase(),
                _ => return Err(wrong()),
            };
            tag.push('-');
            tag.push_str(&written);
        }
        if subtags.next().is_some() { Err(wrong()) } else { Ok(Self(tag)) }
    }

    /// The same, where an empty text says that there is none.
    ///
    /// # Errors
    /// As [`Self::parse`].
    pub fn parse_optional(text: Option<&str>) -> Result<Option<Self>, FieldError> {
        text.map(str::trim).filter(|text| !text.is_empty()).map(Self::parse).transpose()
    }

    /// The tag.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same without its last part: of `ru-RU` it is `ru`.
    fn wider(&self) -> Option<Self> {
        self.0.rsplit_once('-').map(|(wider, _)| Self(wider.to_owned()))
    }
}

fn titled(subtag: &str) -> String {
    let mut lower = subtag.to_ascii_lowercase();
    if let Some(first) = lower.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    lower
}

impl Template {
    /// Of the templates of one name the one for a language: of exactly that, else of the language without its region,
    /// else the one without a language.
    #[must_use]
    pub fn best_for(templates: Vec<Self>, wanted: Option<&TemplateLocale>) -> Option<Self> {
        let mut wanted = wanted.cloned();
        let mut templates = templates;
        loop {
            if let Some(at) = templates.iter().position(|template| template.locale == wanted) {
                return Some(templates.swap_remove(at));
            }
            wanted = wanted?.wider();
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
    fn the_nearest_language_is_taken() {
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
    fn tags_are_written_in_one_way() {
        for (text, expected) in [("RU", "ru"), (" ru_ru ", "ru-RU"), ("uz-LATN-uz", "uz-Latn-UZ"), ("es-419", "es-419")]
        {
            assert_eq!(TemplateLocale::parse(text).unwrap().as_str(), expected);
        }
        for text in ["", "r", "russian", "ru-", "ru-R", "ру", "ru-RU-x-y", "ru/RU", "a1"] {
            assert!(TemplateLocale::parse(text).is_err(), "{text}");
        }
    }
}
