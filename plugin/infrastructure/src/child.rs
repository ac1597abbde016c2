//! A process of ours: spawned without fork, with a socket to us on its descriptor 0 and an empty environment, killed and reaped here.
//!
//! Writing to a socket whose other end died is an error and no SIGPIPE, and a process whose host was killed finds its socket closed.
//! What is said over it is the business of whoever started it.

use std::{
    os::{fd::OwnedFd, unix::net::UnixStream},
    path::Path,
    process::{Child as StdChild, Command, ExitStatus, Stdio},
};

use tokio::task::spawn_blocking;

/// A child of ours. Dropped, it is killed and waited for, wherever that is.
#[derive(Debug)]
pub(crate) struct Child(Option<StdChild>);

/// A child that has been killed. Dropped, it is waited for: a runtime that
/// ends drops the task that was to do so, and a child that nobody waits for stays a zombie of the host.
#[derive(Debug)]
struct Killed(StdChild);

impl Child {
    /// Starts the program; the socket does not block.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) async fn spawn(program: &Path) -> std::io::Result<(Self, UnixStream)> {
        let program = program.to_owned();
        spawn_blocking(move || spawn(&program)).await.map_err(std::io::Error::other)?
    }

    pub(crate) fn is_alive(&mut self) -> bool {
        self.0.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
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
    fn of(mut child: StdChild) -> Self {
        let _ = child.kill();
        Self(child)
    }

    fn wait(&mut self) -> Option<ExitStatus> {
        self.0.wait().ok()
    }
}

impl Drop for Killed {
    fn drop(&mut self) {
        // Waiting again for one that was waited for is free.
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
    Ok((Child(Some(child)), ours))
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

    #[test]
    fn a_process_that_is_let_go_while_the_runtime_ends_is_no_zombie() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let child = Command::new("sleep").arg("3600").spawn().unwrap();
        let entry = format!("/proc/{}", child.id());
        let handle = runtime.handle().clone();
        let _within = handle.enter();
        runtime.shutdown_background();
        // The runtime takes no task any more: it drops the waiting instead of doing it.
        drop(Child(Some(child)));
        assert!(!Path::new(&entry).exists());
    }
}
