//! Several nodes on one PostgreSQL, each connected through its own proxy, and a record of faults injected and effects observed.

pub(crate) mod node;
pub(crate) mod proxy;

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, ensure};
use iota_scripts_tests::{TestDatabase, http_client, target_folder};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use tokio::{sync::watch, task::JoinHandle, time::sleep};

use crate::{effects, effects::Effect, instant::MonotonicTime};
use node::{Clock, Node, Plan};
use proxy::Proxy;

/// Polling interval for runs recorded as lost.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// Nodes that share a database. All of them are killed on drop.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) folder: PathBuf,
    pub(crate) lease: Duration,
    database: TestDatabase,
    slots: Vec<Slot>,
    client: Client,
    pub(crate) outages: Vec<Outage>,
    losses: watch::Receiver<HashMap<String, MonotonicTime>>,
    watcher: JoinHandle<()>,
}

/// A slot for a node: its proxy is kept when the node is replaced.
#[derive(Debug)]
struct Slot {
    proxy: Proxy,
    plan: Plan,
    node: Option<Node>,
    started: u32,
}

/// Why runs of a node may be lost.
#[derive(Debug, Clone)]
pub(crate) struct Outage {
    pub(crate) node: String,
    pub(crate) from: MonotonicTime,
    /// The end of the outage; `None` if it has not ended.
    pub(crate) until: Option<MonotonicTime>,
}

impl Cluster {
    /// Creates an empty database without nodes. Logs of nodes and effects of scripts are written to a folder of that
    /// name next to the programs.
    pub(crate) async fn new(name: &str, lease: Duration) -> anyhow::Result<Self> {
        let folder = target_folder().join("chaos-files").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let database = TestDatabase::postgres().await;
        let (found, losses) = watch::channel(HashMap::new());
        let watcher = tokio::spawn(watch_losses(database.url().to_owned(), found));
        Ok(Self {
            folder,
            lease,
            database,
            slots: Vec::new(),
            client: http_client(),
            outages: Vec::new(),
            losses,
            watcher,
        })
    }

    /// Adds a node, with its configuration merged over that of all nodes.
    pub(crate) async fn add(&mut self, more: &Value, clock: Option<Clock>) -> anyhow::Result<()> {
        let (server, name) = self.server()?;
        let proxy = Proxy::to(server).await?;
        let mut config = json!({
            "database": {"url": format!("postgres://postgres@127.0.0.1:{}/{name}", proxy.port)},
            "lease_seconds": self.lease.as_secs(),
            "quarantine": {"strikes": 0},
        });
        if let (Some(config), Some(more)) = (config.as_object_mut(), more.as_object()) {
            config.extend(more.clone());
        }
        self.slots.push(Slot { proxy, plan: Plan { config, clock, small_disk: None }, node: None, started: 0 });
        self.start(self.slots.len() - 1).await
    }

    /// The server's socket and the name of the database.
    fn server(&self) -> anyhow::Result<(PathBuf, String)> {
        let url = self.database.url().split_once("localhost/").and_then(|(_, rest)| rest.split_once("?host="));
        let (name, folder) = url.context("a database on a socket")?;
        Ok((Path::new(folder).join(".s.PGSQL.5432"), name.to_owned()))
    }

    /// Starts the node of a slot again.
    pub(crate) async fn start(&mut self, place: usize) -> anyhow::Result<()> {
        let slot = self.slots.get_mut(place).context("a place")?;
        slot.started += 1;
        let name = format!("n{place}-{}", slot.started);
        slot.node = Some(Node::start(&slot.plan, name, &self.folder, self.client.clone()).await?);
        Ok(())
    }

    /// Kills the node of a slot.
    pub(crate) fn kill(&mut self, place: usize) {
        if let Some(node) = self.slots.get_mut(place).and_then(|slot| slot.node.take()) {
            self.outages.push(Outage { node: node.name.clone(), from: MonotonicTime::now(), until: None });
        }
    }

    /// Running nodes, with their slots.
    pub(crate) fn up(&self) -> Vec<(usize, &Node)> {
        let nodes = self.slots.iter().enumerate();
        nodes.filter_map(|(place, slot)| Some((place, slot.node.as_ref()?))).collect()
    }

    pub(crate) fn node(&self, place: usize) -> anyhow::Result<&Node> {
        self.slots.get(place).and_then(|slot| slot.node.as_ref()).context("a node that is up")
    }

    pub(crate) fn proxy(&self, place: usize) -> anyhow::Result<&Proxy> {
        Ok(&self.slots.get(place).context("a place")?.proxy)
    }

    pub(crate) async fn connect_database(&self) -> anyhow::Result<PgConnection> {
        Ok(PgConnection::connect(self.database.url()).await?)
    }

    pub(crate) fn effects(&self) -> Vec<Effect> {
        effects::read(&self.folder.join("effects"))
    }

    /// When each run was first observed as lost.
    pub(crate) fn losses(&self) -> HashMap<String, MonotonicTime> {
        self.losses.borrow().clone()
    }

    /// Waits until an effect matches.
    pub(crate) async fn effect(
        &self,
        limit: Duration,
        matches_effect: impl Fn(&Effect) -> bool,
    ) -> anyhow::Result<Option<Effect>> {
        let began = MonotonicTime::now();
        loop {
            ensure!(!self.up().is_empty(), "no node is up");
            if let Some(effect) = self.effects().into_iter().find(&matches_effect) {
                return Ok(Some(effect));
            }
            if MonotonicTime::now().since(began) > limit {
                return Ok(None);
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until the given number of runs of a tenant have made an effect.
    pub(crate) async fn begun(&self, tenant: &str, runs: usize, limit: Duration) -> bool {
        let began = MonotonicTime::now();
        loop {
            let effects = self.effects();
            let begun: HashSet<&str> =
                effects.iter().filter(|effect| effect.tenant == tenant).map(|effect| effect.run.as_str()).collect();
            if begun.len() >= runs || MonotonicTime::now().since(began) > limit {
                return begun.len() >= runs;
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until the given number of effects have been made in all.
    pub(crate) async fn made(&self, effects: usize, limit: Duration) -> bool {
        let began = MonotonicTime::now();
        loop {
            let made = self.effects().len();
            if made >= effects || MonotonicTime::now().since(began) > limit {
                return made >= effects;
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Waits until no occurrence that was due before now is open; returns the number still open at the timeout.
    pub(crate) async fn settle(&self, tenant: &str, limit: Duration) -> anyhow::Result<Vec<String>> {
        const OPEN: &str = "SELECT cause || ' of ' || script_name || ' is ' || state FROM script_occurrences \
            WHERE state IN ('due', 'running') AND due_at < $1::timestamptz AND tenant_id LIKE $2 \
            UNION ALL SELECT 'a run of ' || script_name || ' is ' || status FROM script_executions \
            WHERE status IN ('pending', 'running') AND tenant_id LIKE $2 AND created_at < $1::timestamptz";
        let (mut connection, began) = (self.connect_database().await?, MonotonicTime::now());
        let now: String = sqlx::query_scalar("SELECT now()::text").fetch_one(&mut connection).await?;
        loop {
            let query = sqlx::query_scalar(OPEN).bind(&now).bind(tenant);
            let open: Vec<String> = query.fetch_all(&mut connection).await?;
            if open.is_empty() || MonotonicTime::now().since(began) > limit {
                return Ok(open);
            }
            sleep(2 * POLL_INTERVAL).await;
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

async fn watch_losses(url: String, found: watch::Sender<HashMap<String, MonotonicTime>>) {
    // Before the first node has created the tables there is nothing to query.
    loop {
        if let Ok(mut connection) = PgConnection::connect(&url).await {
            let lost = "SELECT id::text FROM script_executions WHERE status = 'lost'";
            while let Ok(lost) = sqlx::query_scalar::<_, String>(lost).fetch_all(&mut connection).await {
                let now = MonotonicTime::now();
                found.send_modify(|found| {
                    for run in lost {
                        found.entry(run).or_insert(now);
                    }
                });
                sleep(POLL_INTERVAL).await;
            }
        }
        sleep(POLL_INTERVAL).await;
    }
}
