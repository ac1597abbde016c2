//! Records the sandbox level reported by the workers of a pool, and warns once about missing layers.
//!
//! If workers differ, the one with more missing layers counts.

use iota_scripts_runtime::protocol::SandboxLevel;
use iota_scripts_services::ports::SandboxStatus;
use parking_lot::Mutex;

/// The weakest sandbox of the workers so far.
#[derive(Debug, Default)]
pub(super) struct SandboxWatch {
    weakest: Mutex<Option<SandboxStatus>>,
}

impl SandboxWatch {
    /// Records the report of a new worker.
    pub(super) fn note(&self, level: &SandboxLevel) {
        let status = status_of(level);
        let mut weakest = self.weakest.lock();
        if weakest.as_ref().is_some_and(|known| known.lacks.len() >= status.lacks.len()) {
            return;
        }
        if weakest.as_ref().is_none_or(|known| known.lacks.is_empty()) && !status.lacks.is_empty() {
            let (missing, in_force) = (status.lacks.join("; "), status.in_force.join(", "));
            tracing::warn!("the workers' sandbox is incomplete: {missing} (in force: {in_force})");
        }
        *weakest = Some(status);
    }

    /// Returns the weakest sandbox so far.
    pub(super) fn status(&self) -> Option<SandboxStatus> {
        self.weakest.lock().clone()
    }
}

fn status_of(level: &SandboxLevel) -> SandboxStatus {
    SandboxStatus {
        in_force: level.in_force.iter().map(|means| means.as_str().to_owned()).collect(),
        lacks: level.lacks.iter().map(|lack| format!("{}: {}", lack.means.as_str(), lack.why)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use iota_scripts_runtime::protocol::{Lack, Means};

    use super::*;

    fn level(in_force: &[Means], lacks: &[(Means, &str)]) -> SandboxLevel {
        let lacks = lacks.iter().map(|(means, why)| Lack { means: *means, why: (*why).to_owned() });
        SandboxLevel { in_force: in_force.to_vec(), lacks: lacks.collect() }
    }

    #[test]
    fn the_weakest_sandbox_of_all_workers_is_reported() {
        let watch = SandboxWatch::default();
        assert_eq!(watch.status(), None);
        let complete = level(&[Means::Landlock, Means::Seccomp], &[]);
        let partial = level(&[Means::Seccomp], &[(Means::Landlock, "not supported")]);
        watch.note(&complete);
        assert_eq!(watch.status(), Some(status_of(&complete)));
        watch.note(&partial);
        watch.note(&complete);
        let weakest = watch.status().expect("a worker has started");
        assert_eq!(weakest.in_force, ["seccomp"]);
        assert_eq!(weakest.lacks, ["landlock: not supported"]);
    }
}
