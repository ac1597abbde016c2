//! Puts the application together and takes it apart: database, first rows, plugin, router; serve until told to stop.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;

use crate::caller::Known;
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

/// Why the application does not run. Each is one line that names the cause and the option to change.
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

/// Takes the port, before anything that takes longer.
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

/// Opens the database, brings it up to date, fills it when it is empty, and starts the plugin.
pub async fn build(config: &Config) -> Result<App, StartupError> {
    let db = Db::connect(&config.database_url).await?;
    prepare(&db).await?;
    let erp = Erp { db, bus: EventBus::default(), known: Known::default(), tenants: tenant::examples().into() };
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
    /// What the plugin does, in one line.
    pub fn scripts_state(&self) -> &str {
        &self.scripts.state
    }

    /// Serves until `shutdown` completes and the open requests are answered; then stops the plugin. A connection whose client is silent
    /// for so long is closed.
    pub async fn serve(
        self,
        listener: TcpListener,
        silence: Duration,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) {
        server::serve(listener, self.router.clone(), silence, shutdown).await;
        self.stop().await;
    }

    /// Stops the plugin and closes the database.
    pub async fn stop(&self) {
        self.scripts.stop().await;
        self.erp.db.close().await;
    }
}

/// One transaction, which a second node waits for.
async fn prepare(db: &Db) -> Result<(), StartupError> {
    let mut tx = db.begin().await?;
    schema::migrate(&mut tx).await?;
    seed::fill(&mut tx, clock::now()).await?;
    sessions::prune(&mut tx).await?;
    events::prune(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}
