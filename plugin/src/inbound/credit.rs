//! Back-pressure of one streamed reply: the number of bytes that may still be sent.

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Credit in bytes; negative after a frame that was larger than the remaining credit.
#[derive(Debug)]
pub(super) struct Credit {
    left: Mutex<i64>,
    granted: Notify,
}

impl Credit {
    pub(super) fn new(window: u64) -> Self {
        Self { left: Mutex::new(clamp(window)), granted: Notify::new() }
    }

    pub(super) fn grant(&self, bytes: u64) {
        let mut left = self.left.lock();
        *left = left.saturating_add(clamp(bytes));
        drop(left);
        self.granted.notify_one();
    }

    /// Waits until the credit is positive, then takes `bytes` of it, even if that exceeds it.
    pub(super) async fn spend(&self, bytes: usize) {
        while !self.try_spend(bytes) {
            self.granted.notified().await;
        }
    }

    fn try_spend(&self, bytes: usize) -> bool {
        let mut left = self.left.lock();
        let available = *left > 0;
        if available {
            *left = left.saturating_sub(clamp(bytes as u64));
        }
        available
    }
}

fn clamp(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn a_frame_may_exceed_credit_once_and_then_waits() {
        let credit = Credit::new(10);
        assert!(credit.spend(30).now_or_never().is_some());
        assert!(credit.spend(1).now_or_never().is_none());
        credit.grant(20);
        assert!(credit.spend(1).now_or_never().is_none());
        credit.grant(1);
        assert!(credit.spend(1).now_or_never().is_some());
    }
}
