//! A host that records its calls, and can deny permissions.

use std::{collections::HashSet, future::pending, sync::Arc};

use async_trait::async_trait;
use iota_scripts_domain::{JsonText, Permission, TenantId, UserId};
use iota_scripts_services::{
    Identity, User,
    ports::{HostError, HostEvent, HostGateway, ServiceCall, TenantRecord},
};
use parking_lot::Mutex;
use serde_json::Value;

use super::Journal;

#[derive(Default)]
pub(crate) struct Host {
    journal: Journal,
    refused: Mutex<HashSet<Permission>>,
    authors: Mutex<HashSet<UserId>>,
    asked: Mutex<Vec<Permission>>,
    /// Number of permission queries, each for one or several permissions.
    questions: Mutex<usize>,
    /// Maximum number of answers to a query for several permissions.
    most_answers: Mutex<Option<usize>>,
    calls: Mutex<Vec<ServiceCall>>,
    published: Mutex<Vec<HostEvent>>,
    unwanted: Mutex<Vec<String>>,
    failure: Mutex<Option<HostError>>,
    silent: Mutex<bool>,
    strangers: Mutex<HashSet<UserId>>,
    discreet: Mutex<bool>,
    /// Number of queries for the tenant of a host name.
    host_queries: Mutex<usize>,
}

impl Host {
    pub(crate) fn new(journal: &Journal) -> Self {
        Self { journal: journal.clone(), ..Self::default() }
    }

    /// Returns the number of queries for the tenant of a host name.
    pub(crate) fn host_queries(&self) -> usize {
        *self.host_queries.lock()
    }

    /// From now on, all users lack these permissions.
    pub(crate) fn refuse(&self, permissions: &[Permission]) {
        self.refused.lock().extend(permissions);
    }

    /// From now on, this user is an author: they lack only `scripts.manage_endpoints`.
    pub(crate) fn make_author(&self, user: &str) {
        self.authors.lock().insert(UserId::parse(user).expect("a user"));
    }

    /// From now on, every call fails with this error, except denied permissions.
    pub(crate) fn fail(&self, error: HostError) {
        *self.failure.lock() = Some(error);
    }

    /// From now on, the host does not know this user.
    pub(crate) fn forget(&self, user: &str) {
        self.strangers.lock().insert(UserId::parse(user).expect("a user"));
    }

    /// From now on, the host does not list its users.
    pub(crate) fn hide_users(&self) {
        *self.discreet.lock() = true;
    }

    /// From now on, the host is not subscribed to this event type.
    pub(crate) fn unsubscribe(&self, event_type: &str) {
        self.unwanted.lock().push(event_type.to_owned());
    }

    /// From now on, services do not answer.
    pub(crate) fn stop_answering(&self) {
        *self.silent.lock() = true;
    }

    /// Returns the permissions queried since the last call.
    pub(crate) fn take_queried(&self) -> Vec<Permission> {
        std::mem::take(&mut self.asked.lock())
    }

    /// Returns the number of permission queries since the last call.
    pub(crate) fn take_questions(&self) -> usize {
        std::mem::take(&mut self.questions.lock())
    }

    /// From now on, a query for several permissions gets at most this many answers.
    pub(crate) fn answer_at_most(&self, answers: usize) {
        *self.most_answers.lock() = Some(answers);
    }

    /// Returns the service calls since the last call.
    pub(crate) fn take_calls(&self) -> Vec<ServiceCall> {
        std::mem::take(&mut self.calls.lock())
    }

    pub(crate) fn published(&self) -> Vec<HostEvent> {
        self.published.lock().clone()
    }

    pub(crate) fn published_types(&self) -> Vec<String> {
        self.published.lock().iter().map(|event| event.event_type.clone()).collect()
    }

    fn judge(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        self.asked.lock().push(permission);
        self.answer()?;
        if permission == Permission::ManageEndpoints && self.authors.lock().contains(&identity.author()) {
            return Ok(false);
        }
        Ok(!self.refused.lock().contains(&permission))
    }

    fn answer(&self) -> Result<(), HostError> {
        self.failure.lock().clone().map_or(Ok(()), Err)
    }
}

#[async_trait]
impl HostGateway for Host {
    async fn authorize(&self, identity: &Identity, permission: Permission) -> Result<bool, HostError> {
        *self.questions.lock() += 1;
        self.judge(identity, permission)
    }

    async fn authorize_many(&self, identity: &Identity, permissions: &[Permission]) -> Result<Vec<bool>, HostError> {
        *self.questions.lock() += 1;
        let most = self.most_answers.lock().unwrap_or(usize::MAX);
        permissions.iter().take(most).map(|permission| self.judge(identity, *permission)).collect()
    }

    async fn allows(&self, _: &Identity, _: &str, _: Value) -> Result<bool, HostError> {
        self.answer()?;
        Ok(true)
    }

    async fn call_service(&self, call: ServiceCall) -> Result<JsonText, HostError> {
        self.calls.lock().push(call);
        if *self.silent.lock() {
            pending::<()>().await;
        }
        self.answer()?;
        Ok(JsonText::parse(r#""served""#.into()).expect("JSON"))
    }

    async fn resolve_identity(&self, tenant: &TenantId, user: &UserId) -> Result<Identity, HostError> {
        if self.strangers.lock().contains(user) {
            return Err(HostError::new("NOT_FOUND", format!("no user {user}")));
        }
        if *self.discreet.lock() {
            return Err(HostError::new("UNSUPPORTED", "users are not told of"));
        }
        let user = User { id: user.clone(), extra: serde_json::Map::new() };
        Ok(Identity { user: Some(Arc::new(user)), ..Identity::system(tenant.clone()) })
    }

    async fn tenants(&self) -> Result<Vec<TenantRecord>, HostError> {
        self.answer()?;
        Ok(Vec::new())
    }

    async fn tenant_by_host(&self, host: &str) -> Result<TenantRecord, HostError> {
        *self.host_queries.lock() += 1;
        Err(HostError::new("NOT_FOUND", format!("no tenant at {host}")))
    }

    async fn publish(&self, event: HostEvent) -> Result<(), HostError> {
        self.answer()?;
        self.journal.note(format!("published {}", event.event_type));
        self.published.lock().push(event);
        Ok(())
    }

    fn wants(&self, event_type: &str) -> bool {
        !self.unwanted.lock().iter().any(|unwanted| unwanted == event_type)
    }

    fn notify(&self, event: HostEvent) {
        self.journal.note(format!("published {}", event.event_type));
        self.published.lock().push(event);
    }
}
