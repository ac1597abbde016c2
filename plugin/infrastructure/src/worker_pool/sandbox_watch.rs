//! Remembers what the workers of a pool said of their sandbox, and warns once of what is missing.
//!
//! Of two workers that differ, the one that lacks more counts.

use iota_scripts_runtime::protocol::SandboxLevel;
use iota_scripts_services::ports::SandboxStatus;
use parking_lot::Mutex;

/// The weakest sandbox of the workers so far.
#[derive(Debug, Default)]
pub(super) struct SandboxWatch {
    weakest: Mutex<Option<SandboxStatus>>,
}

impl SandboxWatch {
    /// Takes what a new worker said.
    pub(super) fn note(&self, level: &SandboxLevel) {
        let status = status_of(level);
        let mut weakest = self.weakest.lock();
        if weakest.as_ref().is_some_and(|known| known.lacks.len() >= status.lacks.len()) {
            return;
        }
        if weakest.as_ref().is_none_or(|known| known.lacks.is_empty()) && !status.lacks.is_empty() {
            let (missing, in_force) = (status.lacks.join("; "), status.in_force.join(", "));
            tracing::warn!("the workers' sandbox is not complete: {missing} (in force: {in_force})");
        }
        *weakest = Some(status);
    }

    /// The weakest so far.
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
    fn nothing_is_claimed_before_a_worker_has_measured_it_and_the_weakest_counts() {
        let watch = SandboxWatch::default();
        assert_eq!(watch.status(), None);
        let whole = level(&[Means::Landlock, Means::Seccomp], &[]);
        let part = level(&[Means::Seccomp], &[(Means::Landlock, "there is none")]);
        watch.note(&whole);
        assert_eq!(watch.status(), Some(status_of(&whole)));
        watch.note(&part);
        watch.note(&whole);
        let weakest = watch.status().expect("a worker has started");
        assert_eq!(weakest.in_force, ["seccomp"]);
        assert_eq!(weakest.lacks, ["landlock: there is none"]);
    }
}
