//! The plugin's navigation entries, from its manifest: `{nav: [{id, title_key, path, any_of}], locales: {en: {…}}}`.

use serde_json::Value;

use crate::user::Locale;
use crate::web::layout::NavItem;

/// The entries with a path, in the manifest's order.
pub(super) fn entries(manifest: &Value) -> Vec<NavItem> {
    let mut found: Vec<&Value> = manifest["nav"].as_array().into_iter().flatten().collect();
    found.sort_by_key(|entry| entry["order"].as_i64().unwrap_or(0));
    found.into_iter().filter_map(|entry| item(entry, &manifest["locales"])).collect()
}

fn item(entry: &Value, locales: &Value) -> Option<NavItem> {
    let path = entry["path"].as_str()?;
    let key = entry["title_key"].as_str().unwrap_or(path);
    let title_in = |locale: Locale| locales[locale.as_str()][key].as_str().map(str::to_owned);
    let any_of = entry["any_of"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Some(NavItem {
        id: entry["id"].as_str().unwrap_or(path).to_owned(),
        path: path.to_owned(),
        any_of: any_of.map(str::to_owned).collect(),
        title: title_in(Locale::En).unwrap_or_else(|| key.to_owned()),
        translations: Locale::ALL.into_iter().filter_map(|locale| Some((locale, title_in(locale)?))).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn titles_come_from_the_locales() {
        let manifest = json!({
            "nav": [{ "id": "scripts", "path": "/scripts", "title_key": "nav.scripts", "any_of": ["scripts.read"] }],
            "locales": { "en": { "nav.scripts": "Scripts" }, "ru": { "nav.scripts": "Скрипты" } },
        });
        let entries = entries(&manifest);
        assert_eq!((entries[0].title.as_str(), entries[0].any_of.len()), ("Scripts", 1));
        assert!(entries[0].translations.contains(&(Locale::Ru, "Скрипты".to_owned())));
        assert!(super::entries(&json!({})).is_empty());
    }
}
