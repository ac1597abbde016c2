//! Round trips of a script's statement to PostgreSQL, counted in a proxy, because they are its main cost.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use iota_scripts_domain::TenantId;
use iota_scripts_infrastructure::sql_gateway::{PooledSqlGateway, ScriptDatabaseConfig};
use iota_scripts_services::ports::{SqlBounds, SqlEffect, SqlGateway as _};
use iota_scripts_tests::{TestDatabase, tables};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{
        UnixListener, UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::host_tables;

const SOCKET: &str = ".s.PGSQL.5432";
const TLS: [u8; 4] = 80_877_103_u32.to_be_bytes();
const BOUNDS: SqlBounds = SqlBounds { time: Duration::from_secs(60), rows_read: 1_000, rows_written: 1_000 };

/// Forwards the clients' messages, and counts their statements.
fn pass_on(folder: &Path, server: String, statements: Arc<AtomicUsize>) {
    let listener = UnixListener::bind(folder.join(SOCKET)).expect("a socket");
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (read, write) = client.into_split();
            let server = UnixStream::connect(Path::new(&server).join(SOCKET)).await.expect("the server answers");
            let (mut from_server, to_server) = server.into_split();
            tokio::spawn(count(read, to_server, Arc::clone(&statements)));
            tokio::spawn(async move {
                let mut write = write;
                copy(&mut from_server, &mut write).await
            });
        }
    });
}

/// Every message but the first begins with its type byte, followed by its length.
async fn count(
    mut read: OwnedReadHalf,
    mut write: OwnedWriteHalf,
    statements: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    let mut is_first = true;
    loop {
        let mut message = Vec::new();
        if !is_first {
            message.push(read.read_u8().await?);
            statements.fetch_add(usize::from(message == *b"Q"), Ordering::SeqCst);
        }
        let length = read.read_u32().await?;
        message.extend(length.to_be_bytes());
        let begin = message.len();
        message.resize(begin + length as usize - 4, 0);
        read.read_exact(&mut message[begin..]).await?;
        // An SSLRequest comes before the startup message.
        is_first = is_first && message[begin..] == TLS;
        write.write_all(&message).await?;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_statement_is_one_or_two_messages() {
    let database = TestDatabase::postgres().await;
    tables::create(&database).await;
    let folder = tempfile::tempdir().expect("a folder");
    let (address, server) = database.url().split_once("host=").expect("a socket's folder");
    let statements = Arc::new(AtomicUsize::new(0));
    pass_on(folder.path(), server.to_owned(), Arc::clone(&statements));
    let url = format!("{address}host={}", folder.path().display());
    // Opening a connection sends messages too.
    let config = ScriptDatabaseConfig { max_connections: 1, ..host_tables::config(&url) };
    let gateway = PooledSqlGateway::connect(config).await.expect("it opens");
    let acme = TenantId::parse("acme").expect("an id");
    let run = async |sql: &str| {
        let scoped = gateway.scope(&acme, sql, &[]).expect("allowed");
        let before = statements.load(Ordering::SeqCst);
        let ran = gateway.run(&acme, scoped, BOUNDS).await;
        (ran.map(|rows| rows.rows.len()).ok(), statements.load(Ordering::SeqCst) - before)
    };
    run("UPDATE orders SET note = 'x'").await;
    assert_eq!(run("SELECT id FROM orders").await, (Some(4), 1));
    assert_eq!(run("UPDATE orders SET note = 'x' WHERE id = 1 RETURNING id").await, (Some(1), 2));
    let insert = "INSERT INTO orders (id, client_id, total, code) VALUES (9, 1, 1, 'nine')";
    assert_eq!(run(insert).await, (Some(0), 2));
    assert_eq!(run(insert).await, (None, 2), "a failure is rolled back");
    assert_eq!(run("SELECT id FROM orders WHERE note = 'x'").await, (Some(4), 1), "and the connection is still usable");

    let before = statements.load(Ordering::SeqCst);
    let mut transaction = gateway.begin(&acme, SqlEffect::Writes, BOUNDS.time).await.expect("it begins");
    for number in [10, 11] {
        let insert = format!("INSERT INTO orders (id, client_id, total, code) VALUES ({number}, 1, 1, 'n{number}')");
        transaction.run(gateway.scope(&acme, &insert, &[]).expect("allowed"), BOUNDS).await.expect("it runs");
    }
    transaction.commit().await.expect("it is kept");
    assert_eq!(statements.load(Ordering::SeqCst) - before, 4, "one to begin, one for each statement, one to end");
}
