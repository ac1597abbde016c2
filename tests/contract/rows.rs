//! Promises of corrupted rows: an error that names the row.

use iota_scripts_domain::{ExecutionQuery, PageRequest, RepositoryError, ScriptQuery};

use crate::samples::{acme, created, input, running};
use crate::stores::Stores;

fn place<T: std::fmt::Debug>(answer: Result<T, RepositoryError>) -> (&'static str, String, String) {
    match answer {
        Err(RepositoryError::Inconsistent { table, column, id, .. }) => (table, column, id),
        other => panic!("not an inconsistent row: {other:?}"),
    }
}

pub(crate) async fn a_corrupt_script_is_named(stores: &Stores) {
    let revision = created(acme(), &input("Report"), 0);
    let (id, version) = (revision.script().id(), revision.snapshot().id);
    stores.scripts.insert(&revision).await.expect("stored");
    stores.tamper("UPDATE scripts SET timeout_seconds = -1; UPDATE script_versions SET change_summary = ''").await;

    let expected = ("scripts", "timeout_seconds".to_owned(), id.to_string());
    assert_eq!(place(stores.scripts.get(&acme(), id).await), expected);
    assert_eq!(place(stores.scripts.list(&acme(), &ScriptQuery::default()).await), expected);
    let expected = ("script_versions", "change_summary".to_owned(), version.to_string());
    assert_eq!(place(stores.scripts.versions(&acme(), id, PageRequest::default()).await), expected);
}

pub(crate) async fn a_corrupt_run_is_named(stores: &Stores) {
    let run = running(0);
    let id = run.id();
    stores.executions.insert(&run).await.expect("stored");
    for (column, sql) in [
        ("input", "UPDATE script_executions SET input = '{'"),
        ("script_version", "UPDATE script_executions SET script_version = 0"),
        ("entry_point", "UPDATE script_executions SET script_version = 1, entry_point = 'a b'"),
    ] {
        stores.tamper(sql).await;
        assert_eq!(
            place(stores.executions.get(&acme(), id).await),
            ("script_executions", column.to_owned(), id.to_string())
        );
    }
    let list = stores.executions.list(&acme(), &ExecutionQuery::default()).await;
    assert_eq!(place(list), ("script_executions", "entry_point".to_owned(), id.to_string()));
}
