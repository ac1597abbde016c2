//! Runs over time as stacked bars: succeeded, failed, rejected and other. Trials count as other.

use std::time::Duration;

use iota_scripts_domain::{Activity, ExecutionStatus, Timestamp};

use super::{Page, local_time::LocalTime};

/// Height of the drawing, in units of its view box.
const HEIGHT: u64 = 100;
/// Number of parts of a bar: succeeded, failed, other, rejected.
const PARTS: usize = 4;
/// Maximum number of bars in a chart.
const MAX_BARS: i64 = 96;

/// A period of time divided into bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scale {
    from: Timestamp,
    to: Timestamp,
    pub(super) width: Duration,
}

/// The data of the chart template.
pub(super) struct Chart {
    pub(super) bars: Vec<Bar>,
    pub(super) from: LocalTime,
    pub(super) to: LocalTime,
    pub(super) well: u64,
    pub(super) badly: u64,
    pub(super) other: u64,
    /// Number of runs of endpoints that answered with a status from 400 to 499.
    pub(super) refused: u64,
}

/// A bar of the chart.
pub(super) struct Bar {
    pub(super) x: i64,
    pub(super) label: String,
    /// Heights and offsets from the bottom up: succeeded, failed, other, rejected.
    pub(super) parts: [(u64, u64); PARTS],
}

impl Scale {
    /// Divides a period into bars of a round duration, so few that they remain distinguishable.
    pub(super) fn of(from: Timestamp, to: Timestamp) -> Self {
        const ROUND: [u64; 9] = [300, 900, 3600, 3 * 3600, 6 * 3600, 86_400, 7 * 86_400, 28 * 86_400, 364 * 86_400];
        let length = to.since(from).as_secs();
        let fits = |width: &u64| length.div_ceil(*width) <= MAX_BARS as u64;
        let width = ROUND.into_iter().find(fits).unwrap_or(364 * 86_400);
        Self { from, to, width: Duration::from_secs(width) }
    }

    fn stretch(self, time: Timestamp) -> i64 {
        time.as_micros().div_euclid(self.micros())
    }

    fn micros(self) -> i64 {
        i64::try_from(self.width.as_micros()).unwrap_or(i64::MAX)
    }

    /// Returns the chart of activity that was counted at this scale.
    pub(super) fn chart(self, activity: &[Activity], page: &Page) -> Chart {
        let (first, last) = (self.stretch(self.from), self.stretch(self.to));
        let last = last.min(first + MAX_BARS);
        let mut counts = vec![[0_u64; PARTS]; usize::try_from(last - first + 1).unwrap_or(1)];
        for found in activity {
            let place = usize::try_from(found.stretch - first).ok().and_then(|index| counts.get_mut(index));
            if let Some(place) = place {
                place[part(found)] += found.runs;
            }
        }
        let highest = counts.iter().map(|parts| parts.iter().sum()).max().unwrap_or(0).max(1);
        let bar = |(index, parts): (usize, &[u64; PARTS])| {
            let x = i64::try_from(index).unwrap_or(0);
            let begins = Timestamp::from_micros((first + x).saturating_mul(self.micros()));
            Bar { x: x * 10, label: label(begins, parts, page), parts: stack(*parts, highest) }
        };
        let sum = |part: usize| counts.iter().map(|parts| parts[part]).sum();
        Chart {
            bars: counts.iter().enumerate().map(bar).collect(),
            from: LocalTime::of(self.from, page.zone),
            to: LocalTime::of(self.to, page.zone),
            well: sum(0),
            badly: sum(1),
            other: sum(2),
            refused: sum(3),
        }
    }
}

impl Chart {
    pub(super) fn span(&self) -> usize {
        self.bars.len() * 10
    }

    pub(super) fn total(&self) -> u64 {
        self.well + self.badly + self.other + self.refused
    }
}

/// Returns the part of a run: succeeded, failed, rejected, or other, which are runs in flight, cancelled runs and all
/// trials.
const fn part(found: &Activity) -> usize {
    match found.status {
        _ if found.trial => 2,
        ExecutionStatus::Success => 0,
        ExecutionStatus::Refused => 3,
        ExecutionStatus::Failed | ExecutionStatus::Timeout | ExecutionStatus::Lost => 1,
        ExecutionStatus::Pending | ExecutionStatus::Running | ExecutionStatus::Cancelled => 2,
    }
}

/// Returns heights and offsets of the parts from the top. A part that is not 0 is at least tall enough to be visible.
fn stack(parts: [u64; PARTS], highest: u64) -> [(u64, u64); PARTS] {
    let mut top = HEIGHT;
    parts.map(|count| {
        let height = if count == 0 { 0 } else { (count * HEIGHT / highest).max(3) };
        top = top.saturating_sub(height);
        (height, top)
    })
}

fn label(begins: Timestamp, parts: &[u64; PARTS], page: &Page) -> String {
    let words = ["chart.succeeded", "chart.failed", "chart.other", "chart.rejected"];
    let labels = parts.iter().zip(words).filter(|(count, _)| **count > 0).map(|(count, key)| page.plural(key, count));
    let labels: Vec<String> = labels.collect();
    format!(
        "{}: {}",
        LocalTime::of(begins, page.zone).short,
        if labels.is_empty() { "0".to_owned() } else { labels.join(", ") }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn a_day_has_bars_of_a_quarter_of_an_hour() {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        let scale = Scale::of(now.minus(Duration::from_secs(86_400)), now);
        assert_eq!(scale.width, Duration::from_secs(900));
        let stretch = now.minus(Duration::from_secs(3600)).as_micros() / 900_000_000;
        let found = |status, runs| Activity { stretch, status, trial: false, runs };
        let chart = scale.chart(
            &[
                found(ExecutionStatus::Success, 9),
                found(ExecutionStatus::Lost, 1),
                Activity { stretch: 0, status: ExecutionStatus::Failed, trial: false, runs: 7 },
            ],
            &Page::plain(Locale::En),
        );
        assert_eq!((chart.bars.len(), chart.well, chart.badly, chart.total()), (97, 9, 1, 10));
        let bar = chart.bars.iter().find(|bar| bar.parts[0].0 > 0).unwrap();
        assert_eq!((bar.parts, bar.x), ([(90, 10), (10, 0), (0, 0), (0, 0)], 920));
    }

    #[test]
    fn a_refused_run_is_not_failed_and_a_trial_is_other() {
        let now = Timestamp::parse("2026-01-31T12:00:00Z").unwrap();
        let scale = Scale::of(now.minus(Duration::from_secs(86_400)), now);
        let stretch = scale.stretch(scale.to) - 1;
        let found = |status, trial, runs| Activity { stretch, status, trial, runs };
        let activity = [
            found(ExecutionStatus::Success, false, 1),
            found(ExecutionStatus::Refused, false, 2),
            found(ExecutionStatus::Failed, true, 4),
            found(ExecutionStatus::Success, true, 8),
        ];
        let chart = scale.chart(&activity, &Page::plain(Locale::En));
        assert_eq!((chart.well, chart.refused, chart.badly, chart.other), (1, 2, 0, 12));
    }

    #[test]
    fn the_longest_period_still_has_few_bars() {
        let scale = Scale::of(Timestamp::MIN, Timestamp::MAX);
        assert!(scale.chart(&[], &Page::plain(Locale::En)).bars.len() <= 97);
    }
}
