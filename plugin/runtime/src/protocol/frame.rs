//! Frames: a `u32` length, little-endian, then that many bytes of JSON.
//!
//! The length is checked before memory is allocated for it. Reading and writing are blocking; asynchronous code uses [`encode`],
//! [`payload_len`] and [`decode`] with its own IO.

use std::io::{self, Read, Write};

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

/// Maximum payload of a frame in bytes.
pub const MAX_FRAME: usize = 16 << 20;

/// Length of a frame's header in bytes.
pub const HEADER: usize = 4;

/// Why a frame could not be read or written.
#[derive(Debug, Error)]
pub enum FrameError {
    /// The payload is, or claims to be, longer than [`MAX_FRAME`].
    #[error("a frame of {len} bytes is over the limit of {MAX_FRAME} bytes")]
    TooLarge { len: usize },
    /// The payload is not a message of this protocol.
    #[error("a frame is not a message of this protocol: {0}")]
    Malformed(#[source] serde_json::Error),
    /// The socket failed, or ended inside a frame.
    #[error("the socket failed: {0}")]
    Io(#[from] io::Error),
}

/// Encodes a message as a whole frame.
///
/// # Errors
/// [`FrameError::TooLarge`] if the message is over [`MAX_FRAME`].
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let mut frame = vec![0; HEADER];
    serde_json::to_writer(&mut frame, message).map_err(FrameError::Malformed)?;
    let len = frame.len() - HEADER;
    let header = u32::try_from(len).ok().filter(|_| len <= MAX_FRAME).ok_or(FrameError::TooLarge { len })?;
    frame[..HEADER].copy_from_slice(&header.to_le_bytes());
    Ok(frame)
}

/// Returns the length of the payload that follows a header.
///
/// # Errors
/// [`FrameError::TooLarge`] if it is over [`MAX_FRAME`].
pub fn payload_len(header: [u8; HEADER]) -> Result<usize, FrameError> {
    let len = u32::from_le_bytes(header) as usize;
    if len > MAX_FRAME { Err(FrameError::TooLarge { len }) } else { Ok(len) }
}

/// Decodes the message at the beginning of `read` and returns it with the length of its frame; `None` if the frame is incomplete.
///
/// # Errors
/// [`FrameError::TooLarge`] and [`FrameError::Malformed`].
pub fn first<T: DeserializeOwned>(read: &[u8]) -> Result<Option<(T, usize)>, FrameError> {
    let Some((header, rest)) = read.split_first_chunk::<HEADER>() else { return Ok(None) };
    let len = payload_len(*header)?;
    rest.get(..len).map(|payload| Ok((decode(payload)?, HEADER + len))).transpose()
}

/// Decodes the payload of a frame.
///
/// # Errors
/// [`FrameError::Malformed`] if it is not a message of this type.
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameError> {
    serde_json::from_slice(payload).map_err(FrameError::Malformed)
}

/// Writes a message as one frame.
///
/// # Errors
/// If the message is too large or the writer fails.
pub fn write<T: Serialize>(writer: &mut impl Write, message: &T) -> Result<(), FrameError> {
    writer.write_all(&encode(message)?)?;
    writer.flush()?;
    Ok(())
}

/// Reads one message; `None` if the peer closed the socket between frames.
///
/// # Errors
/// If the frame is too large, malformed or truncated, or the reader fails.
pub fn read<T: DeserializeOwned>(reader: &mut impl Read) -> Result<Option<T>, FrameError> {
    let mut header = [0; HEADER];
    if reader.read(&mut header[..1])? == 0 {
        return Ok(None);
    }
    reader.read_exact(&mut header[1..])?;
    let mut payload = vec![0; payload_len(header)?];
    reader.read_exact(&mut payload)?;
    decode(&payload).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{FromWorker, Reply, ToWorker};

    #[test]
    fn a_message_survives_the_wire() {
        let reply =
            ToWorker::Reply(Reply { run: 3, call: 7, result: Ok(serde_json::value::to_raw_value(&[1, 2]).unwrap()) });
        let mut wire = Vec::new();
        write(&mut wire, &reply).unwrap();
        let mut reader = wire.as_slice();
        let Some(ToWorker::Reply(back)) = read(&mut reader).unwrap() else { panic!("another message came back") };
        assert_eq!((back.call, back.result.unwrap().get()), (7, "[1,2]"));
        assert!(read::<ToWorker>(&mut reader).unwrap().is_none(), "the end is not an error");
    }

    #[test]
    fn a_complete_frame_is_decoded_in_place() {
        let mut wire = Vec::new();
        write(&mut wire, &ToWorker::Cancel { run: 5 }).unwrap();
        let whole = wire.len();
        assert!((0..whole).all(|part| first::<ToWorker>(&wire[..part]).unwrap().is_none()));
        wire.extend([1, 0]);
        let (message, length) = first(&wire).unwrap().expect("a whole frame");
        assert!(matches!(message, ToWorker::Cancel { run: 5 }));
        assert_eq!(length, whole);
        assert!(matches!(first::<ToWorker>(&[0xff; 8]), Err(FrameError::TooLarge { .. })));
    }

    #[test]
    fn an_oversized_frame_is_rejected_before_it_is_read() {
        let header = u32::MAX.to_le_bytes();
        let mut wire = header.as_slice();
        assert!(matches!(read::<FromWorker>(&mut wire), Err(FrameError::TooLarge { .. })));
    }

    #[test]
    fn a_truncated_frame_is_an_error() {
        let mut wire = [9, 0, 0, 0, b'{'].as_slice();
        assert!(matches!(read::<FromWorker>(&mut wire), Err(FrameError::Io(_))));
    }
}
