//! A process of ours: spawned without fork, or a copy that a spawned one made of itself, with a socket to us on its descriptor 0 and an
//! empty environment, killed and reaped here.
//!
//! Writing to a socket whose other end died is an error and no SIGPIPE, and a process whose host was killed finds its socket closed.
//! What is said over it is the business of whoever started it.

use std::{
    os::{
        fd::OwnedFd,
        unix::{net::UnixStream, process::ExitStatusExt as _},
    },
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use rustix::{
    io::Errno,
    process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process, waitid, waitpid},
};
use tokio::task::spawn_blocking;

/// A child of ours, which nobody else waits for: until we have, its number is its own. Dropped, it is killed and waited
/// for, wherever that is.
#[derive(Debug)]
pub(crate) struct Child(Option<Pid>);

/// A child that has been killed. Dropped, it is waited for: a runtime that
/// ends drops the task that was to do so, and a child that nobody waits for stays a zombie of the host.
#[derive(Debug)]
struct Killed(Option<Pid>);

impl Child {
    /// Starts the program; the socket does not block.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) async fn spawn(program: &Path) -> std::io::Result<(Self, UnixStream)> {
        let program = program.to_owned();
        spawn_blocking(move || spawn(&program)).await.map_err(std::io::Error::other)?
    }

    /// A process that does not exist yet.
    pub(crate) const fn unborn() -> Self {
        Self(None)
    }

    /// A copy of a child, by the number that it says it has; None when we have no such child.
    pub(crate) fn adopt(pid: u32) -> Option<Self> {
        let pid = pid_of(pid)?;
        look(pid).is_ok().then_some(Self(Some(pid)))
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.0.is_some_and(|pid| matches!(look(pid), Ok(None)))
    }

    /// Kills it, if it is still alive, and says how it ended.
    pub(crate) async fn end(&mut self) -> Option<ExitStatus> {
        let mut killed = Killed::of(self.0.take()?);
        spawn_blocking(move || killed.wait()).await.ok().flatten()
    }

    /// Kills it, and waits for it elsewhere.
    pub(crate) fn kill(&mut self) {
        if let Some(child) = self.0.take() {
            reap(Killed::of(child));
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        self.kill();
    }
}

impl Killed {
    /// Kills a child, if it is still alive.
    fn of(child: Pid) -> Self {
        let _ = kill_process(child, Signal::KILL);
        Self(Some(child))
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        let pid = self.0.take()?;
        loop {
            match waitpid(Some(pid), WaitOptions::empty()) {
                Ok(ended) => return ended.map(|(_, status)| ExitStatus::from_raw(status.as_raw())),
                Err(Errno::INTR) => {}
                Err(_) => return None,
            }
        }
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        self.wait();
    }
}

fn spawn(program: &Path) -> std::io::Result<(Child, UnixStream)> {
    let (ours, theirs) = UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let child = Command::new(program)
        .env_clear()
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok((Child(pid_of(child.id())), ours))
}

fn pid_of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}

/// Whether a child of ours has ended; it stays to be waited for. An error when there is no such child.
fn look(pid: Pid) -> Result<Option<()>, Errno> {
    let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT)?;
    Ok(ended.map(drop))
}

/// A killed process ends at once, but its memory has to be given back first: that is not for a thread of the runtime.
fn reap(killed: Killed) {
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) => drop(runtime.spawn_blocking(move || drop(killed))),
        Err(_) => drop(killed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn how_a_child_ended_is_told_once_and_no_other_process_is_taken_for_one() {
        let (mut started, _ours) = spawn(Path::new("false")).unwrap();
        let pid = started.0.take().unwrap().as_raw_nonzero().get().unsigned_abs();
        let mut child = Child::adopt(pid).unwrap();
        while child.is_alive() {
            tokio::task::yield_now().await;
        }
        assert_eq!(child.end().await.and_then(|status| status.code()), Some(1));
        assert!(!child.is_alive() && child.end().await.is_none());
        // The first process of the system is nobody's child.
        assert!(Child::adopt(1).is_none() && Child::adopt(0).is_none());
    }

    #[test]
    fn a_process_that_is_let_go_while_the_runtime_ends_is_no_zombie() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        // It reads from the socket until that is closed.
        let (child, _ours) = spawn(Path::new("cat")).unwrap();
        let entry = format!("/proc/{}", child.0.unwrap().as_raw_nonzero());
        let handle = runtime.handle().clone();
        let _within = handle.enter();
        runtime.shutdown_background();
        // The runtime takes no task any more: it drops the waiting instead of doing it.
        drop(child);
        assert!(!Path::new(&entry).exists());
    }
}
