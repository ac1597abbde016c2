//! A kernel that lacks some walls: the worker runs, and reports which are missing.

use iota_scripts_runtime::protocol::{Lack, Means, SandboxLevel};

use crate::prisoner::{Birth, Prisoner};

fn level_behind(walls: &str) -> SandboxLevel {
    let [started, copied] = Birth::BOTH.map(|birth| {
        let mut prisoner = Prisoner::behind(birth, walls);
        let level = prisoner.level();
        assert_eq!(prisoner.run("async function main() { return await 5; }"), Ok(5.into()), "{birth:?}: {walls}");
        level
    });
    assert_eq!(started, copied, "{walls}");
    started
}

#[test]
fn a_worker_says_what_its_kernel_lacks_and_runs_scripts_all_the_same() {
    let level = level_behind("descriptors,privileges,rlimits");
    assert_eq!(level.in_force, [Means::Descriptors, Means::Privileges, Means::Rlimits]);
    let why = "this kernel has none".to_owned();
    let lacks = [Means::Landlock, Means::Seccomp].map(|means| Lack { means, why: why.clone() });
    assert_eq!(level.lacks, lacks);
}

#[test]
fn no_wall_leans_on_another() {
    for means in [Means::Descriptors, Means::Privileges, Means::Rlimits, Means::Seccomp] {
        assert_eq!(level_behind(means.as_str()).in_force, [means]);
    }
    assert_eq!(level_behind("none").in_force, []);
}
