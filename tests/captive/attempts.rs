//! System calls that a compromised engine might try, one or two for each attempt. Every attempt succeeds without a sandbox.
#![expect(unsafe_code, reason = "the attempts are those of code that has broken out of a safe language")]

use std::{io, net::Ipv4Addr, os::fd::RawFd, path::PathBuf, ptr, thread};

use anyhow::{Context as _, bail};
use rustix::{
    fs::{Mode, OFlags, open},
    io::{Errno, Result},
    net::{AddressFamily, SocketAddrV4, SocketType, bind, connect, socket},
    process::{DumpableBehavior, Pid, Resource, Rlimit, set_dumpable_behavior, setrlimit, test_kill_process},
};

/// The attempts by name.
pub(crate) enum Attempt {
    ReadFile,
    CreateFile(PathBuf),
    WriteError,
    Connect(u16),
    Bind,
    Fork,
    StartThread,
    Execute,
    Trace,
    ReadMemory(Pid),
    OpenMemory(Pid),
    Signal(Pid),
    RaiseLimits,
    UseDescriptor(RawFd),
    FindSocket,
    NewDescriptor,
    ReceiveDescriptor,
    MapProgram,
    BecomeReadable,
    UseRing,
}

impl Attempt {
    pub(crate) fn parse(word: &str, argument: Option<&str>) -> anyhow::Result<Self> {
        let argument = || argument.with_context(|| format!("{word} needs an argument"));
        let process = || Pid::from_raw(argument()?.parse()?).context("no process");
        Ok(match word {
            "read-file" => Self::ReadFile,
            "create-file" => Self::CreateFile(argument()?.into()),
            "write-error" => Self::WriteError,
            "connect" => Self::Connect(argument()?.parse()?),
            "bind" => Self::Bind,
            "fork" => Self::Fork,
            "start-thread" => Self::StartThread,
            "execute" => Self::Execute,
            "trace" => Self::Trace,
            "read-memory" => Self::ReadMemory(process()?),
            "open-memory" => Self::OpenMemory(process()?),
            "signal" => Self::Signal(process()?),
            "raise-limits" => Self::RaiseLimits,
            "use-descriptor" => Self::UseDescriptor(argument()?.parse()?),
            "find-socket" => Self::FindSocket,
            "new-descriptor" => Self::NewDescriptor,
            "receive-descriptor" => Self::ReceiveDescriptor,
            "map-program" => Self::MapProgram,
            "become-readable" => Self::BecomeReadable,
            "use-ring" => Self::UseRing,
            other => bail!("no attempt {other}"),
        })
    }
}

pub(crate) fn make(attempt: &Attempt) -> Result<()> {
    match attempt {
        Attempt::ReadFile => open("/etc/passwd", OFlags::RDONLY, Mode::empty()).map(drop),
        Attempt::CreateFile(path) => open(path, OFlags::WRONLY | OFlags::CREATE, Mode::RUSR).map(drop),
        Attempt::WriteError => rustix::io::write(io::stderr(), b"x").map(drop),
        Attempt::Connect(port) => {
            let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
            connect(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, *port))
        }
        Attempt::Bind => {
            let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
            bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))
        }
        Attempt::Fork => fork(),
        Attempt::StartThread => thread::Builder::new()
            .spawn(|| {})
            .map(drop)
            .map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::INVAL)),
        Attempt::Execute => execute(),
        Attempt::Trace => {
            // SAFETY: asks to be traced by the parent; no address is used.
            of(unsafe { libc::ptrace(libc::PTRACE_TRACEME, 0, 0, 0) })
        }
        Attempt::ReadMemory(process) => read_memory(*process),
        Attempt::OpenMemory(process) => {
            open(format!("/proc/{}/mem", process.as_raw_nonzero()), OFlags::RDONLY, Mode::empty()).map(drop)
        }
        Attempt::Signal(process) => test_kill_process(*process),
        Attempt::RaiseLimits => setrlimit(Resource::Core, Rlimit { current: Some(1), maximum: Some(1) }),
        Attempt::UseDescriptor(descriptor) => {
            // SAFETY: takes numbers and touches no memory.
            of(i64::from(unsafe { libc::fcntl(*descriptor, libc::F_GETFD) }))
        }
        Attempt::FindSocket => find_socket(),
        Attempt::NewDescriptor => rustix::io::dup(io::stdin()).map(drop),
        Attempt::ReceiveDescriptor => receive(),
        Attempt::MapProgram => map_program(),
        Attempt::BecomeReadable => set_dumpable_behavior(DumpableBehavior::Dumpable),
        Attempt::UseRing => {
            let mut parameters = [0_u64; 15];
            // SAFETY: the buffer has the 120 bytes that the kernel fills.
            of(unsafe { libc::syscall(libc::SYS_io_uring_setup, 1, parameters.as_mut_ptr()) })
        }
    }
}

/// Finds a socket other than the one on descriptor 0.
fn find_socket() -> Result<()> {
    let stat = |descriptor: RawFd| {
        // SAFETY: all zeros is a valid buffer, which the call fills.
        let mut stat: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: takes a number and a buffer that outlives the call.
        of(i64::from(unsafe { libc::fstat(descriptor, &raw mut stat) })).map(|()| stat)
    };
    // With the full sandbox this query is denied for every descriptor; there is then no usable descriptor either.
    let own = stat(libc::STDIN_FILENO).map_or(0, |stat| stat.st_ino);
    let is_other = |stat: libc::stat| stat.st_mode & libc::S_IFMT == libc::S_IFSOCK && stat.st_ino != own;
    if (0..1024).any(|descriptor| stat(descriptor).is_ok_and(is_other)) { Ok(()) } else { Err(Errno::BADF) }
}

fn fork() -> Result<()> {
    // SAFETY: the child makes one system call and leaves.
    match unsafe { libc::fork() } {
        // SAFETY: ends the child without touching what it shares with its parent.
        0 => unsafe { libc::_exit(0) },
        child => of(child.into()),
    }
}

/// The program does not exist: reaching the lookup is enough.
fn execute() -> Result<()> {
    let nothing: [*const libc::c_char; 1] = [ptr::null()];
    // SAFETY: a path and two empty lists that end with null.
    let result = of(unsafe { libc::execve(c"/nowhere/at/all".as_ptr(), nothing.as_ptr(), nothing.as_ptr()) }.into());
    if result == Err(Errno::NOENT) { Ok(()) } else { result }
}

/// The address is unmapped: reaching its access is enough.
fn read_memory(process: Pid) -> Result<()> {
    let mut byte = 0_u8;
    let here = libc::iovec { iov_base: (&raw mut byte).cast(), iov_len: 1 };
    let there = libc::iovec { iov_base: ptr::dangling_mut(), iov_len: 1 };
    // SAFETY: the kernel writes into one byte of ours at most, and checks the other process' address.
    let result =
        unsafe { libc::process_vm_readv(process.as_raw_nonzero().get(), &raw const here, 1, &raw const there, 1, 0) };
    let result = of(i64::try_from(result).unwrap_or(-1));
    if result == Err(Errno::FAULT) { Ok(()) } else { result }
}

fn map_program() -> Result<()> {
    let (rights, kind) = (libc::PROT_READ | libc::PROT_EXEC, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a new page at an unused address that the kernel chooses.
    let page = unsafe { libc::mmap(ptr::null_mut(), 4096, rights, kind, -1, 0) };
    of(if page == libc::MAP_FAILED { -1 } else { 0 })
}

/// No message was sent: reaching the lookup is enough.
fn receive() -> Result<()> {
    // SAFETY: all zeros is an empty message header.
    let mut message: libc::msghdr = unsafe { std::mem::zeroed() };
    // SAFETY: the header has no buffers, so the kernel writes only the header.
    let result = unsafe { libc::recvmsg(0, &raw mut message, libc::MSG_DONTWAIT) };
    let result = of(i64::try_from(result).unwrap_or(-1));
    if result == Err(Errno::AGAIN) { Ok(()) } else { result }
}

/// Converts the result of a C library call.
fn of(result: i64) -> Result<()> {
    if result >= 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    Err(Errno::from_io_error(&error).unwrap_or(Errno::INVAL))
}
