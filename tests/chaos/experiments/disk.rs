//! SQLite on a small file system that fills up and is freed again: everything works again immediately, without a restart.

use std::{
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    time::Duration,
};

use anyhow::{Context as _, ensure};
use futures_util::future::join_all;
use iota_scripts_tests::{http_client, target_folder};
use serde_json::json;
use tokio::time::sleep;

use super::one_off;
use crate::{
    cluster::node::{Node, Plan},
    effects::source,
    instant::MonotonicTime,
    report::{Report, say},
};

const MEGABYTES: u32 = 16;
/// Simultaneous requests: more than there are connections, so that each connection is used.
const BURST: usize = 24;
const FULL: Duration = Duration::from_secs(10);
const SOON: Duration = Duration::from_secs(1);
const TIMEOUT: Duration = Duration::from_secs(30);

pub(crate) async fn run(report: &mut Report) -> anyhow::Result<()> {
    if !rustix::process::geteuid().is_root() {
        report.skip("mounting a file system requires root");
        return Ok(());
    }
    let folder = target_folder().join("chaos-files/disk");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mount = folder.join("small");
    fs::create_dir_all(&mount)?;
    let config = json!({"database": {"url": format!("sqlite://{}", mount.join("scripts.db").display())}});
    let plan = Plan { config, clock: None, small_disk: Some((mount.clone(), MEGABYTES)) };
    let Ok(node) = Node::start(&plan, "n0-1".to_owned(), &folder, http_client()).await else {
        report.skip("this machine does not allow mounting a file system, see chaos-files/disk");
        return Ok(());
    };
    let script = node.script("acme", &one_off("short", &source(1, 0))).await?;
    let failed = burst(&node, &script, "before").await;
    report.none("failures while there is room", &failed);

    // The mount is visible to the node only; this process reaches it through `/proc`.
    let mount = mount.strip_prefix("/").context("an absolute path")?;
    let filler = PathBuf::from(format!("/proc/{}/root", node.id())).join(mount).join("filler");
    let began = MonotonicTime::now();
    let mut failures = 0;
    while MonotonicTime::now().since(began) < FULL {
        // Repeated, because the database frees space when it tidies up.
        fill(&filler)?;
        failures += burst(&node, &script, &format!("full {:?}", MonotonicTime::now())).await.len();
    }
    say(&format!("the disk was full for {FULL:?}"));
    report.at_least("failures while the disk is full", 1.0, failures as f64);

    fs::remove_file(&filler)?;
    let freed = MonotonicTime::now();
    let (mut last_failure, mut all) = (freed, Vec::new());
    let mut fine_since = None;
    while MonotonicTime::now().since(freed) < TIMEOUT
        && fine_since.is_none_or(|since| MonotonicTime::now().since(since) < 3 * SOON)
    {
        let requested_at = MonotonicTime::now();
        let failed = burst(&node, &script, &format!("freed {requested_at:?}")).await;
        if failed.is_empty() {
            fine_since.get_or_insert(requested_at);
        } else {
            (last_failure, fine_since) = (requested_at, None);
        }
        if requested_at.since(freed) > SOON {
            all.extend(failed);
        }
    }
    report.within("last failure after it was freed", SOON, last_failure.since(freed));
    report.none("failures after that", &all);
    let late = node.later("acme", &script, Duration::from_millis(10)).await;
    report.none("later runs that were refused", &late.err().into_iter().collect::<Vec<_>>());
    Ok(())
}

/// Writes until the disk is full.
fn fill(file: &PathBuf) -> anyhow::Result<()> {
    let mut filler = File::options().create(true).append(true).open(file)?;
    let mut size = 64 * 1024;
    while size > 0 {
        match filler.write_all(&vec![7; size]) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::StorageFull => size /= 4,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Runs and saves scripts simultaneously; returns the failures.
async fn burst(node: &Node, script: &str, name: &str) -> Vec<String> {
    let save = async |number: usize| {
        let script = one_off(&format!("{name} {number}"), &source(1, 0));
        node.script("acme", &script).await.map(drop)
    };
    let run = async || {
        let status = node.run("acme", script).await?;
        ensure!(status == "success", "a run ended with {status}");
        anyhow::Ok(())
    };
    let (saves, runs) =
        futures_util::future::join(join_all((0..BURST / 2).map(save)), join_all((0..BURST / 2).map(|_| run()))).await;
    sleep(Duration::from_millis(50)).await;
    saves.into_iter().chain(runs).filter_map(Result::err).map(|error| error.to_string()).collect()
}
