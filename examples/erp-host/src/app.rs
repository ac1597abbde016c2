//! Assembles the application and shuts it down: database, seed rows, plugin, router; serves until it is stopped.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::caller::CallerCache;
use crate::clock;
use crate::config::Config;
use crate::db::schema::{self, SchemaError};
use crate::db::{ConnectError, Db, DbError};
use crate::erp::Erp;
use crate::events::{self, EventBus};
use crate::scripts::{self, Scripts, ScriptsError};
use crate::seed::{self, SeedError};
use crate::server;
use crate::sessions;
use crate::tenant;
use crate::web::{self, AppState};

/// Why the application cannot run. Each message is one line that names the cause and the option to change.
#[derive(Debug, thiserror::Error)]
pub enum StartupError {
    #[error("cannot listen on {address}: {reason}; choose another address with --listen")]
    Listen { address: SocketAddr, reason: String },
    #[error(transparent)]
    Connect(#[from] ConnectError),
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error("cannot prepare the database: {0}; check --database-url")]
    Database(#[from] DbError),
    #[error(transparent)]
    Scripts(#[from] ScriptsError),
    #[error("the server failed: {0}")]
    Serve(std::io::Error),
}

/// The application, ready to serve.
#[derive(Debug)]
pub struct App {
    pub erp: Erp,
    pub router: Router,
    scripts: Scripts,
}

/// Binds the port first, before anything that takes longer.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, StartupError> {
    TcpListener::bind(address).await.map_err(|error| {
        let reason = match error.kind() {
            std::io::ErrorKind::AddrInUse => "the port is in use".to_owned(),
            std::io::ErrorKind::PermissionDenied => "not permitted".to_owned(),
            _ => error.to_string(),
        };
        StartupError::Listen { address, reason }
    })
}

/// Opens the database, migrates it, seeds it if it is empty, and starts the plugin.
pub async fn build(config: &Config) -> Result<App, StartupError> {
    let db = Db::connect(&config.database_url).await?;
    prepare(&db).await?;
    let erp =
        Erp { db, bus: EventBus::default(), caller_cache: CallerCache::default(), tenants: tenant::examples().into() };
    let started = Scripts::start(&erp, &config.database_url, &config.scripts).await?;
    let state = AppState {
        erp: erp.clone(),
        rule: started.rule.clone(),
        nav: started.nav.clone(),
        widget: started.widget.clone(),
        identify: scripts::identify,
    };
    let router = web::router(state, started.router.clone());
    Ok(App { erp, router, scripts: started })
}

impl App {
    /// The state of the plugin, in one line.
    pub fn scripts_state(&self) -> &str {
        &self.scripts.state
    }

    /// Serves until `shutdown` completes and the open requests are answered; then stops the plugin. A connection whose
    /// client is silent for `idle` is closed.
    pub async fn serve(
        self,
        listener: TcpListener,
        idle: Duration,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        server::serve(listener, self.router.clone(), idle, shutdown).await;
        self.stop().await;
    }

    /// Stops the plugin and closes the database.
    pub async fn stop(&self) {
        self.scripts.stop().await;
        self.erp.db.close().await;
    }
}

/// One transaction; a second node waits for it.
async fn prepare(db: &Db) -> Result<(), StartupError> {
    let mut tx = db.begin().await?;
    schema::migrate(&mut tx).await?;
    seed::fill(&mut tx, clock::now()).await?;
    sessions::prune(&mut tx).await?;
    events::prune(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
