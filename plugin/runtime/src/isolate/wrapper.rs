//! The text around a script, in which it is compiled: a function that makes a fresh function for each run.

/// The path that the engine knows every script by; authors never see it.
pub(super) const ENGINE_PATH: &str = "iota:script";

/// What is in front of the author's first line, on that line. The inner function is a fresh one for each run.
pub(super) const PREFIX: &str =
    "(function(){const context=arguments[0],services=arguments[1],$ʟ=arguments[2];return function(){";

/// The text of a script, wrapped: its inner function returns the value of an expression.
pub(super) fn wrapped(script: &str, returns: &str) -> String {
    format!("{PREFIX}{script}\n;return {returns}}}}})")
}

/// Takes the wrapper's text off a position of the engine.
pub(super) fn author_position(line: u32, column: u32) -> (u32, u32) {
    let wrapper = u32::try_from(PREFIX.chars().count()).unwrap_or_default();
    if line == 1 { (1, column.saturating_sub(wrapper).max(1)) } else { (line, column) }
}
