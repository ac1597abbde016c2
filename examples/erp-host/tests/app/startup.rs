//! A failure of the ERP to start is reported in one line that names the cause and the option to change.

use std::path::PathBuf;

use erp_host::app;
use erp_host::config::{Config, Isolation, ScriptsConfig};

async fn refusal(database_url: &str, scripts: ScriptsConfig) -> String {
    let config = Config { database_url: database_url.to_owned(), scripts };
    app::build(&config).await.expect_err("it must not start").to_string()
}

#[tokio::test]
async fn each_failure_is_one_line_with_its_option() {
    let folder = tempfile::tempdir().unwrap();
    let good = format!("sqlite://{}/erp.db", folder.path().display());
    let library = |path: PathBuf| ScriptsConfig::Enabled { library: path, isolation: Isolation::Worker };
    let no_library = folder.path().join("notes.txt");
    std::fs::write(&no_library, "not a library").unwrap();
    let taken = app::listen("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let lines = [
        (refusal("mysql://db/erp", ScriptsConfig::Disabled).await, "--database-url"),
        (refusal("postgres://u:secret@127.0.0.1:1/erp", ScriptsConfig::Disabled).await, "--database-url"),
        (refusal("sqlite::memory:", ScriptsConfig::Disabled).await, "--database-url"),
        (refusal(&good, library(folder.path().join("nothing.so"))).await, "--plugin"),
        (refusal(&good, library(no_library)).await, "--plugin"),
        (app::listen(taken.local_addr().unwrap()).await.expect_err("taken").to_string(), "--listen"),
    ];
    for (line, option) in lines {
        assert!(line.contains(option) && !line.contains('\n') && !line.contains("secret"), "{line}");
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_a_second_start_keeps_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/erp.db", folder.path().display());
    let config = Config { database_url: url.clone(), scripts: ScriptsConfig::Disabled };
    let first = app::build(&config).await.unwrap();
    first.erp.db.execute("DELETE FROM erp_sms_outbox", &[]).await.unwrap();
    first.erp.db.execute("UPDATE erp_products SET stock = 77 WHERE sku = 'TL-0010'", &[]).await.unwrap();
    first.stop().await;
    let second = app::build(&config).await.unwrap();
    let row = second.erp.db.first("SELECT MIN(stock) AS stock FROM erp_products WHERE sku = 'TL-0010'", &[]).await;
    assert_eq!(row.unwrap().unwrap().int("stock").unwrap(), 77);
    let newer = "INSERT INTO erp_migrations (version, name, applied_at) VALUES (99, 'later', 'then')";
    second.erp.db.execute(newer, &[]).await.unwrap();
    second.stop().await;
    let line = refusal(&url, ScriptsConfig::Disabled).await;
    assert!(line.contains("schema 99") && line.contains("--database-url"), "{line}");
}
