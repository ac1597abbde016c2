//! Serves HTTP, and closes idle connections: `axum::serve` keeps them for ever, and each holds a descriptor.
//!
//! The timeout applies to silence of the client before a request, within its head or body, and after a response. The duration of a
//! response or of an event stream is not limited.

mod timeout_body;

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};
use tower_service::Service as _;

use timeout_body::TimeoutBody;

/// Pause after an accept error: its cause, usually a lack of descriptors, does not go away sooner.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `shutdown` completes and the open requests are answered. A connection is closed if its client is silent for `idle`.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    idle: Duration,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    // Open connections hold a receiver, so that the end of the last one is noticed.
    let (stop, stopping) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(connection(stream, peer, router.clone(), idle, stopping.clone()));
                }
                Err(error) => refused(&error).await,
            },
        }
    }
    drop((listener, stopping));
    // Without receivers, every connection has ended.
    let _ = stop.send(());
    stop.closed().await;
}

async fn refused(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!("no connection can be accepted: {error}");
        sleep(PAUSE).await;
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    idle: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move { answer(&mut router, request, idle).await }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(idle);
    let mut served = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = &mut served => ended,
        _ = stopping.changed() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!("a connection ended early: {error}");
    }
}

async fn answer(
    router: &mut Router,
    request: Request<Incoming>,
    idle: Duration,
) -> Result<axum::response::Response, Infallible> {
    router.call(request.map(|body| Body::new(TimeoutBody::new(body, idle)))).await
}
