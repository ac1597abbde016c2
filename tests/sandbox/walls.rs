//! A kernel that lacks some walls: the worker runs, and reports which are missing.

use iota_scripts_runtime::protocol::{Lack, Means, SandboxLevel};

use crate::worker::{SandboxedWorker, StartMethod};

fn level_behind(walls: &str) -> SandboxLevel {
    let [started, copied] = StartMethod::BOTH.map(|method| {
        let mut worker = SandboxedWorker::behind(method, walls);
        let level = worker.level();
        assert_eq!(worker.run("async function main() { return await 5; }"), Ok(5.into()), "{method:?}: {walls}");
        level
    });
    assert_eq!(started, copied, "{walls}");
    started
}

#[test]
fn a_worker_reports_missing_walls_and_runs_scripts() {
    let level = level_behind("descriptors,privileges,rlimits");
    assert_eq!(level.in_force, [Means::Descriptors, Means::Privileges, Means::Rlimits]);
    let why = "this kernel has none".to_owned();
    let lacks = [Means::Landlock, Means::Seccomp].map(|means| Lack { means, why: why.clone() });
    assert_eq!(level.lacks, lacks);
}

#[test]
fn each_wall_works_without_the_others() {
    for means in [Means::Descriptors, Means::Privileges, Means::Rlimits, Means::Seccomp] {
        assert_eq!(level_behind(means.as_str()).in_force, [means]);
    }
    assert_eq!(level_behind("none").in_force, []);
}
