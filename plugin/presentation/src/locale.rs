//! The languages of the pages. All texts for users are in `locales/`, one file per language with the same keys.

use std::{collections::HashMap, sync::LazyLock};

use iota_scripts_services::Identity;

/// A language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locale {
    En,
    Ru,
    Uz,
}

type Table = HashMap<String, String>;

static TABLES: LazyLock<[Table; 3]> = LazyLock::new(|| Locale::ALL.map(|locale| parse(locale.source())));

fn parse(source: &str) -> Table {
    // A malformed file fails the tests; a page would show keys.
    serde_json::from_str(source).unwrap_or_default()
}

impl Locale {
    pub(crate) const ALL: [Self; 3] = [Self::En, Self::Ru, Self::Uz];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ru => "ru",
            Self::Uz => "uz",
        }
    }

    /// Returns the user's language if the host provides it, else the tenant's, else English. `ru-RU` is `ru`.
    pub(crate) fn of(identity: &Identity) -> Self {
        let own = identity.user.as_ref().and_then(|user| user.extra.get("locale"));
        let named = own.or_else(|| identity.tenant.extra.get("locale")).and_then(|locale| locale.as_str());
        named.and_then(Self::parse).unwrap_or(Self::En)
    }

    fn parse(tag: &str) -> Option<Self> {
        let language = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self::ALL.into_iter().find(|locale| locale.as_str() == language)
    }

    const fn source(self) -> &'static str {
        match self {
            Self::En => include_str!("../locales/en.json"),
            Self::Ru => include_str!("../locales/ru.json"),
            Self::Uz => include_str!("../locales/uz.json"),
        }
    }

    fn table(self) -> &'static Table {
        &TABLES[self as usize]
    }

    /// Returns the text of a key, if there is one.
    pub(crate) fn find(self, key: &str) -> Option<&'static str> {
        self.table().get(key).map(String::as_str)
    }

    /// Returns the text of a key, or the key itself if it has no text.
    pub(crate) fn text(self, key: &str) -> &str {
        self.find(key).unwrap_or(key)
    }

    /// Returns the text with `{name}` replaced.
    pub(crate) fn with(self, key: &str, name: &str, value: &(impl ToString + ?Sized)) -> String {
        self.text(key).replace(&format!("{{{name}}}"), &value.to_string())
    }

    /// Returns the text with several names replaced at once: replaced values are not searched for names again.
    pub(crate) fn filled(self, key: &str, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.text(key);
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            let known = after.split_once('}').and_then(|(name, after)| {
                let (_, value) = values.iter().find(|(known, _)| *known == name)?;
                Some((*value, after))
            });
            let (value, after) = known.unwrap_or(("{", after));
            filled.push_str(value);
            rest = after;
        }
        filled + rest
    }

    /// Returns the plural form for a number, with `{n}` replaced.
    pub(crate) fn plural(self, key: &str, n: u64) -> String {
        let form = match (self, n % 10, n % 100) {
            (Self::En, ..) if n == 1 => "one",
            (Self::Ru, 1, tens) if tens != 11 => "one",
            (Self::Ru, 2..=4, tens) if !(12..=14).contains(&tens) => "few",
            _ => "other",
        };
        let text = self.find(&format!("{key}.{form}")).or_else(|| self.find(&format!("{key}.other"))).unwrap_or(key);
        text.replace("{n}", &n.to_string())
    }

    /// Returns all texts whose keys begin with one of the prefixes, for the scripts of a page.
    pub(crate) fn beginning(self, prefixes: &[&str]) -> serde_json::Map<String, serde_json::Value> {
        let wanted = |key: &str| prefixes.iter().any(|prefix| key.starts_with(prefix));
        let texts = self.table().iter().filter(|(key, _)| wanted(key));
        texts.map(|(key, text)| (key.clone(), text.as_str().into())).collect()
    }
}

#[cfg(test)]
mod tests;
