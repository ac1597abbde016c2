//! Passes sockets from one process to another over a control socket, each with a byte that states its purpose.

use std::{
    io::{self, IoSlice, IoSliceMut},
    mem::MaybeUninit,
    os::fd::{AsFd, OwnedFd},
};

use rustix::{
    cmsg_space,
    io::Errno,
    net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
        recvmsg, sendmsg,
    },
};

/// Sends a socket, without waiting for the peer to receive it.
///
/// # Errors
/// The error of the system: the peer has closed the control socket, or its queue is full.
pub fn send(control: impl AsFd, purpose: u8, socket: impl AsFd) -> io::Result<()> {
    let mut space = [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))];
    let mut ancillary = SendAncillaryBuffer::new(&mut space);
    let sockets = [socket.as_fd()];
    ancillary.push(SendAncillaryMessage::ScmRights(&sockets));
    let flags = SendFlags::NOSIGNAL | SendFlags::DONTWAIT;
    sendmsg(control, &[IoSlice::new(&[purpose])], &mut ancillary, flags)?;
    Ok(())
}

/// Waits for the next socket; `None` if the peer has closed the control socket.
///
/// # Errors
/// The error of the system.
pub fn next(control: impl AsFd) -> io::Result<Option<(u8, OwnedFd)>> {
    loop {
        let (mut byte, mut space) = ([0], [MaybeUninit::uninit(); cmsg_space!(ScmRights(1))]);
        let mut ancillary = RecvAncillaryBuffer::new(&mut space);
        match recvmsg(&control, &mut [IoSliceMut::new(&mut byte)], &mut ancillary, RecvFlags::CMSG_CLOEXEC) {
            Ok(message) if message.bytes == 0 => return Ok(None),
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        let sockets = ancillary.drain().filter_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        // A byte without a socket is ignored.
        if let Some(socket) = sockets.last() {
            return Ok(Some((byte[0], socket)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{io::Write as _, os::unix::net::UnixStream};

    use super::*;

    #[test]
    fn a_socket_arrives_with_its_byte_and_eof_is_none() {
        let (ours, theirs) = UnixStream::pair().unwrap();
        (&ours).write_all(b"x").unwrap();
        for purpose in [3, 7] {
            let (mut given, kept) = UnixStream::pair().unwrap();
            send(&ours, purpose, kept).unwrap();
            let (told, socket) = next(&theirs).unwrap().unwrap();
            assert_eq!(told, purpose);
            given.write_all(b"!").unwrap();
            let mut byte = [0];
            rustix::io::read(socket, &mut byte).unwrap();
            assert_eq!(&byte, b"!");
        }
        drop(ours);
        assert!(next(&theirs).unwrap().is_none());
    }
}
