//! Promises of templates.

use iota_scripts_domain::{Template, TemplateBody, TemplateLocale, TemplateName};

use crate::samples::{acme, ann, tenant};
use crate::stores::Stores;

fn template(name: &str, body: &str, seconds: i64) -> Template {
    Template {
        name: TemplateName::parse(name).expect("a name"),
        locale: None,
        body: TemplateBody::parse(body).expect("a body"),
        updated: ann(seconds),
    }
}

pub(crate) async fn a_template_is_stored_replaced_and_listed(stores: &Stores) {
    let other = template("welcome", "Hi", 0);
    let reminder =
        template("inactive_client_reminder", "Hello {{ name }},\nwe have missed you since {{ lastVisit }}.", 2);
    stores.templates.put(&acme(), &other).await.expect("stored");
    stores.templates.put(&acme(), &template("inactive_client_reminder", "Hello", 1)).await.expect("stored");
    stores.templates.put(&acme(), &reminder).await.expect("stored");
    assert_eq!(stores.templates.named(&acme(), &reminder.name).await, Ok(vec![reminder.clone()]));
    assert_eq!(stores.templates.list(&acme()).await, Ok(vec![reminder, other]));
}

pub(crate) async fn tenants_do_not_share_templates(stores: &Stores) {
    let (mine, globex) = (template("welcome", "Hi", 0), tenant("globex"));
    stores.templates.put(&acme(), &mine).await.expect("stored");
    assert_eq!(stores.templates.named(&globex, &mine.name).await, Ok(vec![]));
    assert_eq!(stores.templates.list(&globex).await, Ok(vec![]));
}

pub(crate) async fn a_template_has_a_text_for_each_language(stores: &Stores) {
    let plain = template("welcome", "Hi", 0);
    let of = |tag: &str, body: &str| Template {
        locale: Some(TemplateLocale::parse(tag).expect("a locale")),
        ..template("welcome", body, 1)
    };
    let (russian, uzbek) = (of("ru", "Здравствуйте"), of("uz-Cyrl", "Салом"));
    for stored in [&uzbek, &plain, &of("ru", "Привет"), &russian] {
        stores.templates.put(&acme(), stored).await.expect("stored");
    }
    let all = vec![plain.clone(), russian.clone(), uzbek.clone()];
    assert_eq!(stores.templates.named(&acme(), &plain.name).await, Ok(all.clone()));
    assert_eq!(stores.templates.list(&acme()).await, Ok(all));

    let globex = tenant("globex");
    for (owner, locale, removed) in [
        (&globex, russian.locale.as_ref(), false),
        (&acme(), russian.locale.as_ref(), true),
        (&acme(), russian.locale.as_ref(), false),
        (&acme(), None, true),
    ] {
        assert_eq!(stores.templates.remove(owner, &plain.name, locale).await, Ok(removed));
    }
    assert_eq!(stores.templates.list(&acme()).await, Ok(vec![uzbek]));
}
