//! A child process: either spawned without `fork`, or a copy that a spawned process made of itself. It has a socket to this process on
//! descriptor 0 and an empty environment, and is killed and reaped here.
//!
//! Writing to a socket whose peer has died returns an error instead of raising `SIGPIPE`. A child whose host was killed finds its socket
//! closed. The caller defines the protocol on the socket.

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

/// A child process that no other code waits for, so its process id cannot be reused before it is reaped here. Dropping it kills and reaps
/// it on any thread.
#[derive(Debug)]
pub(crate) struct Child(Option<Pid>);

/// A killed child. Dropping it reaps it: a runtime that shuts down drops the task that should have done so, and a child that is not reaped
/// stays a zombie of the host.
#[derive(Debug)]
struct Killed(Option<Pid>);

impl Child {
    /// Starts the program. The returned socket is non-blocking.
    ///
    /// # Errors
    /// The error of the operating system.
    pub(crate) async fn spawn(program: &Path) -> std::io::Result<(Self, UnixStream)> {
        let program = program.to_owned();
        spawn_blocking(move || spawn(&program)).await.map_err(std::io::Error::other)?
    }

    /// Returns a placeholder for a process that does not exist yet.
    pub(crate) const fn unborn() -> Self {
        Self(None)
    }

    /// Adopts a copy of a child by the process id that it reports. Returns `None` if this process has no such child.
    pub(crate) fn adopt(pid: u32) -> Option<Self> {
        let pid = pid_of(pid)?;
        poll_exit(pid).is_ok().then_some(Self(Some(pid)))
    }

    pub(crate) fn is_alive(&self) -> bool {
        self.0.is_some_and(|pid| matches!(poll_exit(pid), Ok(None)))
    }

    /// Kills the process if it is still alive and returns its exit status.
    pub(crate) async fn end(&mut self) -> Option<ExitStatus> {
        let mut killed = Killed::of(self.0.take()?);
        spawn_blocking(move || killed.wait()).await.ok().flatten()
    }

    /// Kills the process and reaps it in the background.
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
    /// Kills a child if it is still alive.
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

/// Returns `Some` if a child has exited, without reaping it, or an error if there is no such child.
fn poll_exit(pid: Pid) -> Result<Option<()>, Errno> {
    let ended = waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT)?;
    Ok(ended.map(drop))
}

/// Reaps a killed process on a blocking thread: the process ends at once, but the kernel frees its memory first.
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
    async fn the_exit_status_is_returned_once_and_only_for_children() {
        let (mut started, _ours) = spawn(Path::new("false")).unwrap();
        let pid = started.0.take().unwrap().as_raw_nonzero().get().unsigned_abs();
        let mut child = Child::adopt(pid).unwrap();
        while child.is_alive() {
            tokio::task::yield_now().await;
        }
        assert_eq!(child.end().await.and_then(|status| status.code()), Some(1));
        assert!(!child.is_alive() && child.end().await.is_none());
        // Process 1 of the system is never a child of this process.
        assert!(Child::adopt(1).is_none() && Child::adopt(0).is_none());
    }

    #[test]
    fn a_child_dropped_during_shutdown_is_reaped() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        // `cat` reads from the socket until it is closed.
        let (child, _ours) = spawn(Path::new("cat")).unwrap();
        let entry = format!("/proc/{}", child.0.unwrap().as_raw_nonzero());
        let handle = runtime.handle().clone();
        let _within = handle.enter();
        runtime.shutdown_background();
        // The runtime accepts no more tasks: it drops the closure instead of running it.
        drop(child);
        assert!(!Path::new(&entry).exists());
    }
}
