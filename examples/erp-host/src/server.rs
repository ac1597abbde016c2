//! Serves HTTP, and closes connections on which nothing happens: `axum::serve` keeps them for ever, and each holds a descriptor.
//!
//! A connection may be silent before a request, within its head, within its body, and after an answer. How long an answer takes, and how
//! long a stream of events lasts, is not its business.

mod patience;

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

use patience::Patient;

/// How long to wait when no connection can be accepted: what is missing, descriptors as a rule, is not there sooner.
const PAUSE: Duration = Duration::from_secs(1);

/// Serves until `shutdown` completes and the open requests are answered. A connection is closed after so much silence of its client.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    silence: Duration,
    shutdown: impl Future<Output = ()> + Send + 'static,
) {
    // Open connections hold a receiver, so that the last one is known to have ended.
    let (stop, stopping) = watch::channel(());
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    tokio::spawn(connection(stream, peer, router.clone(), silence, stopping.clone()));
                }
                Err(error) => refused(&error).await,
            },
        }
    }
    drop((listener, stopping));
    // When nobody is left to hear it, every connection has ended.
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
    silence: Duration,
    mut stopping: watch::Receiver<()>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let mut router = router.clone();
        async move { answer(&mut router, request, silence).await }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(silence);
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
    silence: Duration,
) -> Result<axum::response::Response, Infallible> {
    router.call(request.map(|body| Body::new(Patient::new(body, silence)))).await
}
