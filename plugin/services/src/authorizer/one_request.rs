//! Caches an identity's permissions while one request is answered.
//!
//! The cache belongs to the future that answers the request: it is dropped with it, and a task that the request spawns, such as a run, does
//! not share it. Nothing is cached between requests.

use std::cell::RefCell;

use iota_scripts_domain::Permission;

use crate::Identity;

tokio::task_local! {
    static DECISIONS: RefCell<Option<Decisions>>;
}

struct Decisions {
    identity: Identity,
    allowed: Vec<(Permission, bool)>,
}

/// Answers one request, in which the host is asked for each permission at most once.
pub async fn one_request<F: Future>(request: F) -> F::Output {
    DECISIONS.scope(RefCell::default(), request).await
}

/// Returns the cached decision for a permission.
pub(super) fn cached(identity: &Identity, permission: Permission) -> Option<bool> {
    let find = |answers: &RefCell<Option<Decisions>>| {
        let answers = answers.borrow();
        let of_identity = answers.as_ref().filter(|answers| answers.identity == *identity)?;
        of_identity.allowed.iter().find(|(of, _)| *of == permission).map(|(_, allowed)| *allowed)
    };
    DECISIONS.try_with(find).ok().flatten()
}

/// Caches decisions, if a request of this identity is being answered.
pub(super) fn cache(identity: &Identity, decisions: impl IntoIterator<Item = (Permission, bool)>) {
    // Outside of a request there is no cache.
    let _ = DECISIONS.try_with(|answers| {
        let mut answers = answers.borrow_mut();
        let answers = answers.get_or_insert_with(|| Decisions { identity: identity.clone(), allowed: Vec::new() });
        if answers.identity == *identity {
            answers.allowed.extend(decisions);
        }
    });
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::TenantId;

    use super::*;

    fn identity(tenant: &str) -> Identity {
        Identity::system(TenantId::parse(tenant).expect("an id"))
    }

    #[tokio::test]
    async fn permissions_are_cached_per_request() {
        let (acme, globex) = (identity("acme"), identity("globex"));
        cache(&acme, [(Permission::Read, true)]);
        assert_eq!(cached(&acme, Permission::Read), None, "outside of a request");
        one_request(async {
            cache(&acme, [(Permission::Read, true), (Permission::Delete, false)]);
            cache(&globex, [(Permission::Read, true)]);
            assert_eq!(cached(&acme, Permission::Read), Some(true));
            assert_eq!(cached(&acme, Permission::Delete), Some(false));
            assert_eq!((cached(&acme, Permission::Update), cached(&globex, Permission::Read)), (None, None));
            let task = acme.clone();
            let run = tokio::spawn(async move { cached(&task, Permission::Read) });
            assert_eq!(run.await.expect("it ended"), None, "a run outlives the request");
        })
        .await;
        one_request(async { assert_eq!(cached(&acme, Permission::Read), None) }).await;
    }
}
