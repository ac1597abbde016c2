//! `make bench`: how hostile scripts affect a host that does other work at the same time. Prints figures and asserts nothing.
//!
//! The targets on two processors: no answer to the probe slower than 250 ms, no run more than 200 ms over its limit.
//! `HOSTILE_SCRIPTS` names a folder of further scripts. Arguments select scripts by prefixes of their names; `--in-process` runs them on
//! threads of this process.

mod figures;
mod table;

use std::{
    env,
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use iota_scripts_tests::{
    Stage, TestDatabase, admin,
    hostile::{Gauntlet, Probe, corpus},
    process::{own_memory_mb, use_one_arena},
};

use figures::Figures;

/// Times that the whole corpus is run.
const PASSES: usize = 3;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    use_one_arena()?;
    let (options, chosen): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|argument| argument == "--in-process");
    let isolation = if options.is_empty() { "worker" } else { "in_process" };
    let mut figures = Figures::default();
    let (database, ann) = (TestDatabase::sqlite(), admin());
    let stage = Arc::new(Stage::start(database.url(), &Gauntlet::config(isolation)).await);
    let fine = stage.script(&ann, "fine", "one_off", "function main() { return 'fine'; }").await;
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|start| name.starts_with(start.as_str()));
    let scripts = corpus().into_iter().filter(|script| is_chosen(&script.name)).collect();
    let gauntlet = Gauntlet::prepare(&stage, ann.clone(), scripts).await;
    let (mut wrong, mut failures) = (Vec::new(), Vec::new());
    for pass in 1..=PASSES {
        figures.add(&format!("memory of the host before pass {pass}"), "MB", own_memory_mb());
        let probe = Probe::start(&stage, &ann, &fine);
        let ended = gauntlet.pass().await;
        let answers = probe.stop().await;
        stage.host.forget();
        figures.add(&format!("memory of the host after pass {pass}"), "MB", own_memory_mb());
        answers.took.iter().for_each(|took| figures.add("answer of the probe", "ms", ms(*took)));
        figures.add("answer of the probe, 99 of 100 are faster", "ms", answers.percentile(99));
        for run in ended {
            figures.add("beyond the limit of wall time", "ms", ms(run.overrun));
            wrong.extend((!run.allowed).then(|| run.to_string()));
        }
        failures.extend(answers.failures);
    }
    stage.plugin.stop(Duration::from_secs(5)).await;
    table::print(&figures);
    let mut out = io::stdout().lock();
    writeln!(out, "{} scripts, {PASSES} passes", gauntlet.len())?;
    writeln!(out, "{} answers of the probe failed, {} runs ended as they may not", failures.len(), wrong.len())?;
    for line in failures.iter().chain(&wrong) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
