//! Temporary PostgreSQL servers, on a Unix socket in a temporary folder: one for a test process, and others for tests that restart
//! theirs.
//!
//! A shell supervises the server and ends it when the shell's standard input closes, which the kernel guarantees however the test process
//! ends: normally, by a failure, by kill -9. So no test has to stop it, and no process is left behind.

use std::io::{BufRead, BufReader, Read, Write as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Where Debian, Fedora and Homebrew's Linux install versions in parallel.
const VERSIONS: &str = "/usr/lib/postgresql";

const OLDEST: u32 = 15;

const MISSING: &str = "PostgreSQL is not installed, and this test needs a real one: run scripts/install-test-deps.sh, \
    or install the Debian package postgresql-15 (or newer)";

/// `$1` the programs, `$2` the folder. PostgreSQL refuses to run as root, so then it runs as `postgres` or `nobody`.
const WATCH: &str = r#"
set -eu
trap '' INT TERM HUP
bin=$1 folder=$2
as=""
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$folder"
    as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
fi
end() {
    [ -z "${server:-}" ] || { kill -QUIT "$server" 2>/dev/null && wait "$server"; } || true
    rm -rf "$folder"
}
trap end EXIT
cd "$folder"
$as "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >initdb.log 2>&1 \
    || { cat initdb.log; exit 1; }
begin() {
    $as "$bin/postgres" -D data -k "$folder" -c listen_addresses= -c max_connections=300 -c fsync=off -c synchronous_commit=off \
        -c full_page_writes=off -c shared_buffers=32MB >server.log 2>&1 </dev/null &
    server=$!
    until "$bin/pg_isready" --quiet --host="$folder"; do
        kill -0 "$server" 2>/dev/null || { cat server.log; exit 1; }
        sleep 0.05
    done
    echo ready
}
begin
# Ends every connection as an administrator would.
halt() {
    kill -INT "$server" && wait "$server" || true
    server=""
}
while read -r order; do
    case $order in
        stop) halt; echo stopped ;;
        start) begin ;;
        restart) halt; begin ;;
    esac
done
"#;

/// A server, which ends on drop.
#[derive(Debug)]
pub struct Server {
    folder: PathBuf,
    /// Standard input of the shell; open for as long as this lives.
    watch: Child,
    output: BufReader<ChildStdout>,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// Creates an empty database and returns its URL. The first call in a process starts the server.
///
/// # Panics
/// If PostgreSQL is not installed or does not start; the message says why.
pub async fn create_database() -> String {
    SERVER.get_or_init(Server::start).create_database().await
}

impl Server {
    /// Starts a separate server for one test.
    ///
    /// # Panics
    /// If PostgreSQL is not installed or does not start; the message says why.
    #[must_use]
    pub fn start() -> Self {
        start()
    }

    /// Creates an empty database and returns its URL.
    ///
    /// # Panics
    /// If the server does not create it.
    pub async fn create_database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        // The server refuses to copy the template twice at the same time.
        static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let options = PgConnectOptions::new_without_pgpass().socket(&self.folder);
        let options = options.username("postgres").database("postgres");
        let _turn = ONE_AT_A_TIME.lock().await;
        let mut connection = PgConnection::connect_with(&options).await.expect("connected to the test server");
        let create = AssertSqlSafe(format!("CREATE DATABASE {name}"));
        connection.execute(sqlx::raw_sql(create)).await.expect("the test server makes a database");
        connection.close().await.expect("disconnected from the test server");
        format!("postgres://postgres@localhost/{name}?host={}", self.folder.display())
    }

    /// Restarts the server, which ends every connection; it is up when this returns.
    ///
    /// # Panics
    /// If it does not start again.
    pub fn restart(&mut self) {
        self.order("restart", "ready");
    }

    /// Ends every connection, and accepts none until [`Self::resume`].
    ///
    /// # Panics
    /// If it does not stop.
    pub fn pause(&mut self) {
        self.order("stop", "stopped");
    }

    /// Starts the server again; it is up when this returns.
    ///
    /// # Panics
    /// If it does not start.
    pub fn resume(&mut self) {
        self.order("start", "ready");
    }

    fn order(&mut self, order: &str, expected: &str) {
        let input = self.watch.stdin.as_mut().expect("its input is ours");
        writeln!(input, "{order}").expect("the shell listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("its output can be read");
        assert_eq!(line.trim_end(), expected, "PostgreSQL did not {order}");
    }
}

fn start() -> Server {
    let programs = programs().expect(MISSING);
    let folder = tempfile::Builder::new().prefix("iota-pg-").tempdir().expect("a temporary folder").keep();
    let mut watch = Command::new("/bin/sh")
        .args(["-c", WATCH, "watch"])
        .arg(programs)
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        // A separate process group, so that Ctrl-C ends the tests first and the shell can tidy up.
        .process_group(0)
        .spawn()
        .expect("a shell starts");
    let mut output = BufReader::new(watch.stdout.take().expect("its output is ours"));
    let mut line = String::new();
    output.read_line(&mut line).expect("its output can be read");
    if line.trim_end() != "ready" {
        let mut rest = String::new();
        output.read_to_string(&mut rest).expect("its output can be read");
        panic!("PostgreSQL did not start:\n{line}{rest}");
    }
    Server { folder, watch, output }
}

/// The folder of the newest installed server.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir(VERSIONS).ok()?.flatten();
    let newest =
        versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).filter(|v| *v >= OLDEST).max()?;
    let programs = Path::new(VERSIONS).join(newest.to_string()).join("bin");
    programs.join("initdb").exists().then_some(programs)
}
