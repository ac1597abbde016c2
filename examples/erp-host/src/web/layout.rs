//! The layout of every page: header, navigation, language switch. The content is HTML, from a template of the ERP or a fragment of the
//! plugin.

use askama::Template;

use crate::access::Permission;
use crate::caller::Caller;
use crate::error::AppError;
use crate::user::Locale;

/// An entry of the navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// The name by which a page marks its entry as active.
    pub id: String,
    pub path: String,
    /// Names of permissions of which one is enough to see the entry; if empty, everyone sees it.
    pub any_of: Vec<String>,
    pub title: String,
    /// The title in other languages, if translated.
    pub translations: Vec<(Locale, String)>,
}

impl NavItem {
    fn title_for(&self, locale: Locale) -> &str {
        self.translations.iter().find(|(other, _)| *other == locale).map_or(self.title.as_str(), |(_, title)| title)
    }

    fn visible_to(&self, caller: &Caller) -> bool {
        let allowed = |name: &String| Permission::parse(name).is_some_and(|permission| caller.context.may(permission));
        self.any_of.is_empty() || self.any_of.iter().any(allowed)
    }
}

/// The ERP's own entries.
pub fn own_nav() -> Vec<NavItem> {
    let item = |id: &str, path: &str, title: &str, permission: Option<Permission>| NavItem {
        id: id.to_owned(),
        path: path.to_owned(),
        any_of: permission.into_iter().map(|permission| permission.as_str().to_owned()).collect(),
        title: title.to_owned(),
        translations: Vec::new(),
    };
    vec![
        item("home", "/", "Overview", None),
        item("clients", "/clients", "Clients", Some(Permission::ClientsRead)),
        item("products", "/products", "Products", Some(Permission::ProductsRead)),
        item("orders", "/orders", "Orders", Some(Permission::OrdersRead)),
        item("invoices", "/invoices", "Invoices", Some(Permission::InvoicesRead)),
        item("sms", "/sms", "Messages", Some(Permission::NotificationsRead)),
        item("events", "/events", "Events", Some(Permission::EventsRead)),
    ]
}

/// A whole page around an HTML body. `active` is the id of the navigation entry to mark.
pub fn page(nav: &[NavItem], caller: &Caller, title: &str, active: &str, body: &str) -> Result<String, AppError> {
    let locale = caller.user.locale;
    let nav = nav.iter().filter(|item| item.visible_to(caller)).map(|item| Entry {
        path: &item.path,
        title: item.title_for(locale),
        active: item.id == active,
    });
    let layout = Layout {
        title,
        body,
        nav: nav.collect(),
        locale,
        locales: Locale::ALL,
        tenant: &caller.context.tenant.name,
        user: &caller.user.name,
        role: caller.user.role.as_str(),
        csrf: caller.csrf_token.as_deref().unwrap_or_default(),
    };
    Ok(layout.render()?)
}

#[derive(Template)]
#[template(path = "layout.html")]
struct Layout<'a> {
    title: &'a str,
    body: &'a str,
    nav: Vec<Entry<'a>>,
    locale: Locale,
    locales: [Locale; 3],
    tenant: &'a str,
    user: &'a str,
    role: &'a str,
    csrf: &'a str,
}

struct Entry<'a> {
    path: &'a str,
    title: &'a str,
    active: bool,
}
