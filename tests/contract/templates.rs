//! What is promised of templates.

use iota_scripts_domain::{Template, TemplateBody, TemplateName};

use crate::samples::{acme, ann, tenant};
use crate::stores::Stores;

fn template(name: &str, body: &str, seconds: i64) -> Template {
    Template {
        name: TemplateName::parse(name).expect("a name"),
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
    assert_eq!(stores.templates.get(&acme(), &reminder.name).await, Ok(Some(reminder.clone())));
    assert_eq!(stores.templates.list(&acme()).await, Ok(vec![reminder, other]));
}

pub(crate) async fn tenants_do_not_share_templates(stores: &Stores) {
    let (mine, globex) = (template("welcome", "Hi", 0), tenant("globex"));
    stores.templates.put(&acme(), &mine).await.expect("stored");
    assert_eq!(stores.templates.get(&globex, &mine.name).await, Ok(None));
    assert_eq!(stores.templates.list(&globex).await, Ok(vec![]));
}
