//! What one run may use: each limit with its default, its minimum and its maximum, in one table.
//!
//! It says how much; the runtime and the host bridge do the counting.

use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldErrors, FieldProblem};

/// The smallest, the usual and the largest figure of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRange {
    /// The least that makes sense.
    pub min: u64,
    /// Without other wishes.
    pub default: u64,
    /// The most that can be wished for.
    pub max: u64,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $field:ident: $min:expr, $default:expr, $max:expr;)+) => {
        /// What one run may use.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $field: u64,)+
        }

        impl Limits {
            /// The table: the name of each limit and its range.
            pub const TABLE: &[(&'static str, LimitRange)] =
                &[$((stringify!($field), LimitRange { min: $min, default: $default, max: $max }),)+];

            /// The same limits, each within its range.
            #[must_use]
            pub fn clamped(self) -> Self {
                Self { $($field: self.$field.clamp($min, $max),)+ }
            }

            /// The largest of each.
            pub const MAX: Self = Self { $($field: $max,)+ };

            /// A limit by its name in the table.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<u64> {
                match name { $(stringify!($field) => Some(self.$field),)+ _ => None }
            }

            /// The same limits with another figure for one of them, by its name in the table.
            #[must_use]
            pub fn with(self, name: &str, figure: u64) -> Self {
                match name { $(stringify!($field) => Self { $field: figure, ..self },)+ _ => self }
            }
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }
    };
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

limits! {
    /// Milliseconds from the start of the run to its end.
    wall_ms: 100, 30_000, 900_000;
    /// Milliseconds of processor time.
    cpu_ms: 100, 30_000, 900_000;
    /// Bytes of memory of the isolate.
    memory_bytes: 16 * MIB, 128 * MIB, 1024 * MIB;
    /// Bytes of the native stack that the engine stands on.
    stack_bytes: 64 * MIB, 256 * MIB, 256 * MIB;
    /// Nested calls.
    call_depth: 64, 4_000, 10_000;
    /// Bytes of the source.
    source_bytes: KIB, 64 * KIB, 256 * KIB;
    /// Brackets within brackets in the source.
    nesting: 16, 256, 256;
    /// Bytes of the input as JSON.
    input_bytes: KIB, MIB, 8 * MIB;
    /// Values within values in the input, the result and what goes to the host and back.
    /// Every reader on the way takes 127 levels.
    json_depth: 8, 120, 120;
    /// Bytes of console output, 32 for each line on top; what is beyond is cut, not refused.
    log_bytes: KIB, MIB, 16 * MIB;
    /// Bytes of the result as JSON.
    result_bytes: KIB, MIB, 8 * MIB;
    /// Calls of services, storage, events, database and HTTP together.
    host_calls: 0, 1_000, 100_000;
    /// Calls that wait for their answers at the same time.
    pending_host_calls: 1, 256, 1_024;
    /// Bytes of the arguments of one call as JSON, and of its answer.
    message_bytes: KIB, MIB, 8 * MIB;
    /// Rows read by SQL.
    sql_rows_read: 0, 10_000, 1_000_000;
    /// Rows written by SQL.
    sql_rows_written: 0, 10_000, 1_000_000;
    /// Outgoing HTTP requests.
    http_calls: 0, 50, 10_000;
    /// Bytes of outgoing HTTP requests and their answers.
    http_bytes: 0, 10 * MIB, 1024 * MIB;
    /// Published events.
    events: 0, 100, 10_000;
}

impl Limits {
    /// What an operator grants who says nothing: of what authors choose, all that they may choose; of the rest, the usual.
    #[must_use]
    pub fn granted() -> Self {
        let Self { wall_ms, cpu_ms, memory_bytes, .. } = Self::MAX;
        Self { wall_ms, cpu_ms, memory_bytes, ..Self::default() }
    }

    /// These limits for a script whose author wishes for less; processor time follows wall time.
    #[must_use]
    pub fn of_script(self, script: ScriptLimits) -> Self {
        Self {
            wall_ms: self.wall_ms.min(script.timeout_ms()),
            cpu_ms: self.cpu_ms.min(script.timeout_ms()),
            memory_bytes: self.memory_bytes.min(script.memory_bytes()),
            ..self
        }
    }

    /// These limits for a run that is given less time, if it is less.
    #[must_use]
    pub fn within_ms(self, wall_ms: u64) -> Self {
        Self { wall_ms: self.wall_ms.min(wall_ms), ..self }.clamped()
    }
}

/// The limits that an author chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScriptLimits {
    timeout_seconds: u32,
    max_memory_mb: u32,
}

impl ScriptLimits {
    /// Seconds of wall time.
    pub const TIMEOUT_SECONDS: LimitRange = LimitRange { min: 1, default: 30, max: 900 };
    /// MiB of memory.
    pub const MAX_MEMORY_MB: LimitRange = LimitRange { min: 16, default: 128, max: 1024 };

    /// Checks both figures; what is not given is the default. `None` when a mistake was added to `errors`.
    pub fn parse(timeout_seconds: Option<i64>, max_memory_mb: Option<i64>, errors: &mut FieldErrors) -> Option<Self> {
        let timeout_seconds = errors.keep(figure("timeout_seconds", timeout_seconds, Self::TIMEOUT_SECONDS, "seconds"));
        let max_memory_mb = errors.keep(figure("max_memory_mb", max_memory_mb, Self::MAX_MEMORY_MB, "MB"));
        Some(Self { timeout_seconds: timeout_seconds?, max_memory_mb: max_memory_mb? })
    }

    /// Seconds that one run may take.
    #[must_use]
    pub const fn timeout_seconds(self) -> u32 {
        self.timeout_seconds
    }

    /// MiB of memory that one run may use.
    #[must_use]
    pub const fn max_memory_mb(self) -> u32 {
        self.max_memory_mb
    }

    /// Milliseconds that one run may take.
    #[must_use]
    pub fn timeout_ms(self) -> u64 {
        u64::from(self.timeout_seconds) * 1_000
    }

    /// Bytes of memory that one run may use.
    #[must_use]
    pub fn memory_bytes(self) -> u64 {
        u64::from(self.max_memory_mb) * MIB
    }
}

/// 30 s and 128 MiB.
impl Default for ScriptLimits {
    fn default() -> Self {
        Self { timeout_seconds: 30, max_memory_mb: 128 }
    }
}

fn figure(field: &'static str, wish: Option<i64>, range: LimitRange, unit: &str) -> Result<u32, FieldError> {
    let out_of_range =
        || FieldError::new(field, FieldProblem::OutOfRange, format!("from {} to {} {unit}", range.min, range.max));
    let value = match wish {
        None => range.default,
        Some(wish) => u64::try_from(wish).map_err(|_| out_of_range())?,
    };
    if !(range.min..=range.max).contains(&value) {
        return Err(out_of_range());
    }
    u32::try_from(value).map_err(|_| out_of_range())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_lies_within_its_range() {
        for (name, range) in Limits::TABLE {
            assert!(range.min <= range.default && range.default <= range.max, "{name}");
        }
        assert_eq!(Limits::default().clamped(), Limits::default());
        assert_eq!(Limits::granted().clamped(), Limits::granted());
    }

    #[test]
    fn the_defaults_of_an_author_are_those_of_a_run() {
        assert_eq!(ScriptLimits::parse(None, None, &mut FieldErrors::default()), Some(ScriptLimits::default()));
        assert_eq!(Limits::granted().of_script(ScriptLimits::default()), Limits::default());
    }

    #[test]
    fn a_wish_out_of_range_is_refused_with_the_range() {
        let mut errors = FieldErrors::default();
        assert_eq!(ScriptLimits::parse(Some(0), Some(2_000), &mut errors), None);
        assert_eq!(errors.to_string(), "timeout_seconds: from 1 to 900 seconds; max_memory_mb: from 16 to 1024 MB");
    }

    #[test]
    fn the_operator_s_limits_hold_against_the_author() {
        let operator = Limits { wall_ms: 5_000, host_calls: 20_000, ..Limits::granted() };
        let limits = operator.of_script(ScriptLimits::default());
        assert_eq!((limits.wall_ms, limits.cpu_ms, limits.host_calls), (5_000, 30_000, 20_000));
    }

    #[test]
    fn a_run_can_be_given_less_time_but_not_more_and_not_none() {
        let limits = Limits::default();
        let wall = |wish| limits.within_ms(wish).wall_ms;
        assert_eq!((wall(2_000), wall(60_000), wall(0)), (2_000, 30_000, 100));
    }

    #[test]
    fn every_limit_is_found_by_its_name() {
        for (name, range) in Limits::TABLE {
            assert_eq!(Limits::default().get(name), Some(range.default), "{name}");
            assert_eq!(Limits::default().with(name, range.max).get(name), Some(range.max), "{name}");
        }
        assert_eq!(Limits::default().get("wall"), None);
    }
}
