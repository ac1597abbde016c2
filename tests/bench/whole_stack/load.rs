//! Makes a number of calls on a number of concurrent lanes, and measures each.

use std::time::{Duration, Instant};

use futures_util::future::try_join_all;

use crate::figures::Figures;

/// Calls in one round.
const CALLS: u32 = 2000;

/// The measurements of one round.
pub(super) struct Load {
    lanes: u32,
    wall: Duration,
    /// Shortest first.
    latencies: Vec<Duration>,
}

/// Repeats the call; each lane makes one call after the other.
pub(super) async fn load(lanes: u32, call: impl AsyncFn() -> anyhow::Result<()>) -> anyhow::Result<Load> {
    let call = &call;
    let began = Instant::now();
    let lane = async || {
        let mut latencies = Vec::with_capacity((CALLS / lanes) as usize);
        for _ in 0..CALLS / lanes {
            let began = Instant::now();
            call().await?;
            latencies.push(began.elapsed());
        }
        anyhow::Ok(latencies)
    };
    let mut latencies = try_join_all((0..lanes).map(|_| lane())).await?.concat();
    latencies.sort_unstable();
    Ok(Load { lanes, wall: began.elapsed(), latencies })
}

impl Load {
    /// Adds rate and latencies to the figures.
    pub(super) fn note(&self, figures: &mut Figures, what: &str) {
        let what = format!("{what}, {} at a time", self.lanes);
        figures.add(&format!("{what}: rate"), "/s", self.latencies.len() as f64 / self.wall.as_secs_f64());
        for share in [50, 99] {
            let latency = self.latencies[self.latencies.len() * share / 100];
            figures.add(&format!("{what}: p{share}"), "ms", latency.as_secs_f64() * 1e3);
        }
    }
}
