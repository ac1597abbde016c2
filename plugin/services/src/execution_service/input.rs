//! Checks the input of a run against its limits before anything is recorded.

use iota_scripts_domain::{JsonText, Limits};

use crate::ServiceError;

/// Returns the size of an argument list in bytes, without its brackets.
pub(super) fn bytes(args: &JsonText) -> u64 {
    (args.as_str().len() as u64).saturating_sub(2)
}

/// Returns the nesting depth of the values in an argument list, not counting the list itself.
fn depth(args: &JsonText) -> u64 {
    args.depth().saturating_sub(1)
}

/// Checks arguments against the limits, with `bytes` as their counted size; returns their depth.
pub(super) fn check(args: &JsonText, bytes: u64, limits: &Limits) -> Result<u64, ServiceError> {
    let limit = limits.input_bytes;
    if bytes > limit {
        return Err(ServiceError::InputTooLarge { bytes, limit });
    }
    let (depth, limit) = (depth(args), limits.json_depth);
    if depth > limit {
        return Err(ServiceError::InputTooNested { depth, limit });
    }
    Ok(depth)
}

#[cfg(test)]
mod tests {
    use iota_scripts_domain::FaultCode;

    use super::*;

    fn refused(args: &str, limits: &Limits) -> Option<FaultCode> {
        let args = JsonText::parse(args.to_owned()).expect("JSON");
        check(&args, bytes(&args), limits).err().map(|error| error.code())
    }

    #[test]
    fn size_and_depth_do_not_count_the_argument_list() {
        let limits = Limits { input_bytes: 8, json_depth: 2, ..Limits::default() };
        assert_eq!(refused("[]", &limits), None);
        assert_eq!(refused(r#"["123456"]"#, &limits), None);
        assert_eq!(refused(r#"["1234567"]"#, &limits), Some(FaultCode::InputTooLarge));
        assert_eq!(refused("[[[]]]", &limits), None);
        assert_eq!(refused("[[[[]]]]", &limits), Some(FaultCode::InputTooNested));
    }
}
