//! Servers that tests script exactly: an HTTP server that writes raw bytes, and a name server.

use std::{
    collections::VecDeque,
    future::Future,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UdpSocket},
};

/// The requests that a server received, each with its head and body.
pub(crate) type Requests = Arc<Mutex<Vec<String>>>;

/// Starts a server that responds with these bytes, made from the request, and closes the connection.
pub(crate) async fn answering(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> (u16, Requests) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
    let answer = Arc::new(answer);
    serve(listener, move |request, mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            // A client that has read enough closes first.
            let _ = stream.write_all(&answer(&request)).await;
        }
    })
}

/// Starts a server that handles each connection with this function.
pub(crate) fn serve<F: Future<Output = ()> + Send>(
    listener: TcpListener,
    handle: impl Fn(String, TcpStream) -> F + Send + Sync + 'static,
) -> (u16, Requests) {
    let port = listener.local_addr().expect("an address").port();
    let requests = Requests::default();
    let (seen, handle) = (Arc::clone(&requests), Arc::new(handle));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (seen, handle) = (Arc::clone(&seen), Arc::clone(&handle));
            tokio::spawn(async move {
                if let Some(request) = read(&mut stream).await {
                    seen.lock().push(request.clone());
                    handle(request, stream).await;
                }
            });
        }
    });
    (port, requests)
}

/// Reads the head and as much of the body as it announces. Returns `None` if the client only connected.
async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let count = stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let lengths = head
            .lines()
            .filter_map(|line| line.to_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
        if body.len() >= lengths.sum::<usize>() {
            return Some(text);
        }
    }
}

/// Returns a complete HTTP response.
pub(crate) fn answer(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// A name server with a list of replies: each query for an address takes the next one, and the last one is repeated.
pub(crate) struct NameServer {
    pub(crate) address: SocketAddr,
    questions: Arc<AtomicUsize>,
}

impl NameServer {
    /// Starts the server. Each reply is a list of addresses; an empty one means that the name does not exist.
    pub(crate) async fn start(answers: &[&[Ipv4Addr]]) -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let questions = Arc::new(AtomicUsize::new(0));
        let asked = Arc::clone(&questions);
        let mut answers: VecDeque<Vec<Ipv4Addr>> = answers.iter().map(|answer| answer.to_vec()).collect();
        tokio::spawn(async move {
            let mut packet = [0; 1500];
            while let Ok((length, client)) = socket.recv_from(&mut packet).await {
                let Some((question, kind)) = question(&packet[..length]) else { continue };
                let addresses = match kind {
                    1 => {
                        asked.fetch_add(1, Ordering::Relaxed);
                        if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() }
                    }
                    _ => None,
                };
                let reply = reply(&packet[..2], question, addresses.as_deref());
                socket.send_to(&reply, client).await.expect("sent");
            }
        });
        Self { address, questions }
    }

    /// Returns how many queries for an address were received.
    pub(crate) fn questions(&self) -> usize {
        self.questions.load(Ordering::Relaxed)
    }
}

/// Returns the question section of a packet and the type that it asks for.
fn question(packet: &[u8]) -> Option<(&[u8], u16)> {
    let mut end = 12;
    while *packet.get(end)? != 0 {
        end += usize::from(packet[end]) + 1;
    }
    let question = packet.get(12..end + 5)?;
    let kind = &question[question.len() - 4..];
    Some((question, u16::from_be_bytes([kind[0], kind[1]])))
}

/// Returns a reply whose addresses have a TTL of zero, or `NXDOMAIN` if there are none.
fn reply(id: &[u8], question: &[u8], addresses: Option<&[Ipv4Addr]>) -> Vec<u8> {
    let unknown = addresses.is_some_and(<[_]>::is_empty);
    let addresses = addresses.unwrap_or_default();
    let mut reply = id.to_vec();
    reply.extend([0x81, if unknown { 0x83 } else { 0x80 }, 0, 1, 0, addresses.len() as u8, 0, 0, 0, 0]);
    reply.extend_from_slice(question);
    for address in addresses {
        reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
        reply.extend(address.octets());
    }
    reply
}
