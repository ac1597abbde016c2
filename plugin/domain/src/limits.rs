//! Limits of one run: a table with the minimum, default and maximum of each.
//!
//! The runtime and the host bridge do the counting.

use serde::{Deserialize, Serialize};

use crate::{FieldError, FieldErrors, FieldProblem};

/// The minimum, default and maximum of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitRange {
    /// Minimum.
    pub min: u64,
    /// Default.
    pub default: u64,
    /// Maximum.
    pub max: u64,
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $field:ident: $min:expr, $default:expr, $max:expr;)+) => {
        /// The limits of one run.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Limits {
            $($(#[doc = $doc])+ pub $field: u64,)+
        }

        impl Limits {
            /// Name and range of each limit.
            pub const TABLE: &[(&'static str, LimitRange)] =
                &[$((stringify!($field), LimitRange { min: $min, default: $default, max: $max }),)+];

            /// Clamps each limit to its range.
            #[must_use]
            pub fn clamped(self) -> Self {
                Self { $($field: self.$field.clamp($min, $max),)+ }
            }

            /// The maximum of each limit.
            pub const MAX: Self = Self { $($field: $max,)+ };

            /// Returns a limit by its name in the table.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<u64> {
                match name { $(stringify!($field) => Some(self.$field),)+ _ => None }
            }

            /// Replaces one limit, by its name in the table.
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
    /// Wall time in milliseconds.
    wall_ms: 100, 30_000, 900_000;
    /// CPU time in milliseconds.
    cpu_ms: 100, 30_000, 900_000;
    /// Memory of the isolate in bytes.
    memory_bytes: 16 * MIB, 128 * MIB, 1024 * MIB;
    /// Native stack of the engine in bytes.
    stack_bytes: 64 * MIB, 256 * MIB, 256 * MIB;
    /// Nesting depth of function calls.
    call_depth: 64, 4_000, 10_000;
    /// Bytes of the source.
    source_bytes: KIB, 64 * KIB, 256 * KIB;
    /// Nesting depth of brackets in the source.
    nesting: 16, 256, 256;
    /// Bytes of the input as JSON.
    input_bytes: KIB, MIB, 8 * MIB;
    /// Nesting depth of JSON in the input, the result, and messages to and from the host. All JSON parsers involved accept 127 levels.
    json_depth: 8, 120, 120;
    /// Bytes of console output, plus 32 for each line. Output beyond the limit is dropped; the run continues.
    log_bytes: KIB, MIB, 16 * MIB;
    /// Bytes of the result as JSON.
    result_bytes: KIB, MIB, 8 * MIB;
    /// Calls of services, storage, events, database and HTTP in total.
    host_calls: 0, 1_000, 100_000;
    /// Host calls in flight at the same time.
    pending_host_calls: 1, 256, 1_024;
    /// Bytes of the arguments of one call as JSON, and of its response.
    message_bytes: KIB, MIB, 8 * MIB;
    /// Rows read by SQL.
    sql_rows_read: 0, 10_000, 1_000_000;
    /// Rows written by SQL.
    sql_rows_written: 0, 10_000, 1_000_000;
    /// Outgoing HTTP requests.
    http_calls: 0, 50, 10_000;
    /// Bytes of outgoing HTTP requests and their responses.
    http_bytes: 0, 10 * MIB, 1024 * MIB;
    /// Published events.
    events: 0, 100, 10_000;
}

impl Limits {
    /// Returns the limits that apply if the operator configures none: the maximum of each limit that authors can choose, and the default
    /// of all others.
    #[must_use]
    pub fn granted() -> Self {
        let Self { wall_ms, cpu_ms, memory_bytes, .. } = Self::MAX;
        Self { wall_ms, cpu_ms, memory_bytes, ..Self::default() }
    }

    /// Lowers these limits to those of a script. The CPU limit follows the script's timeout.
    #[must_use]
    pub fn of_script(self, script: ScriptLimits) -> Self {
        Self {
            wall_ms: self.wall_ms.min(script.timeout_ms()),
            cpu_ms: self.cpu_ms.min(script.timeout_ms()),
            memory_bytes: self.memory_bytes.min(script.memory_bytes()),
            ..self
        }
    }

    /// Lowers the wall time to `wall_ms`, if that is less.
    #[must_use]
    pub fn within_ms(self, wall_ms: u64) -> Self {
        Self { wall_ms: self.wall_ms.min(wall_ms), ..self }.clamped()
    }
}

/// The limits that an author can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ScriptLimits {
    timeout_seconds: u32,
    max_memory_mb: u32,
}

impl ScriptLimits {
    /// Wall time in seconds.
    pub const TIMEOUT_SECONDS: LimitRange = LimitRange { min: 1, default: 30, max: 900 };
    /// Memory in MiB.
    pub const MAX_MEMORY_MB: LimitRange = LimitRange { min: 16, default: 128, max: 1024 };

    /// Checks both values; a missing one becomes the default. Returns `None` if an error was added to `errors`.
    pub fn parse(timeout_seconds: Option<i64>, max_memory_mb: Option<i64>, errors: &mut FieldErrors) -> Option<Self> {
        let timeout = value_in_range("timeout_seconds", timeout_seconds, Self::TIMEOUT_SECONDS, "seconds");
        let memory = value_in_range("max_memory_mb", max_memory_mb, Self::MAX_MEMORY_MB, "MB");
        let (timeout_seconds, max_memory_mb) = (errors.keep(timeout), errors.keep(memory));
        Some(Self { timeout_seconds: timeout_seconds?, max_memory_mb: max_memory_mb? })
    }

    /// Returns the wall time of a run in seconds.
    #[must_use]
    pub const fn timeout_seconds(self) -> u32 {
        self.timeout_seconds
    }

    /// Returns the memory of a run in MiB.
    #[must_use]
    pub const fn max_memory_mb(self) -> u32 {
        self.max_memory_mb
    }

    /// Returns the wall time of a run in milliseconds.
    #[must_use]
    pub fn timeout_ms(self) -> u64 {
        u64::from(self.timeout_seconds) * 1_000
    }

    /// Returns the memory of a run in bytes.
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

fn value_in_range(field: &'static str, value: Option<i64>, range: LimitRange, unit: &str) -> Result<u32, FieldError> {
    let out_of_range =
        || FieldError::new(field, FieldProblem::OutOfRange, format!("must be {} to {} {unit}", range.min, range.max));
    let value = match value {
        None => range.default,
        Some(value) => u64::try_from(value).map_err(|_| out_of_range())?,
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
    fn every_default_is_within_its_range() {
        for (name, range) in Limits::TABLE {
            assert!(range.min <= range.default && range.default <= range.max, "{name}");
        }
        assert_eq!(Limits::default().clamped(), Limits::default());
        assert_eq!(Limits::granted().clamped(), Limits::granted());
    }

    #[test]
    fn script_defaults_equal_run_defaults() {
        assert_eq!(ScriptLimits::parse(None, None, &mut FieldErrors::default()), Some(ScriptLimits::default()));
        assert_eq!(Limits::granted().of_script(ScriptLimits::default()), Limits::default());
    }

    #[test]
    fn a_value_out_of_range_is_rejected_with_the_range() {
        let mut errors = FieldErrors::default();
        assert_eq!(ScriptLimits::parse(Some(0), Some(2_000), &mut errors), None);
        let expected = "timeout_seconds: must be 1 to 900 seconds; max_memory_mb: must be 16 to 1024 MB";
        assert_eq!(errors.to_string(), expected);
    }

    #[test]
    fn operator_limits_override_script_limits() {
        let operator = Limits { wall_ms: 5_000, host_calls: 20_000, ..Limits::granted() };
        let limits = operator.of_script(ScriptLimits::default());
        assert_eq!((limits.wall_ms, limits.cpu_ms, limits.host_calls), (5_000, 30_000, 20_000));
    }

    #[test]
    fn a_run_can_get_less_time_but_not_more_and_not_zero() {
        let limits = Limits::default();
        let wall = |ms| limits.within_ms(ms).wall_ms;
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
