//! The wrapper text in which a script is compiled: a function that creates a new function for each run.

/// The path of every script in the engine; authors never see it.
pub(super) const ENGINE_PATH: &str = "iota:script";

/// The text before the author's first line, on the same line. The inner function is created again for each run.
pub(super) const PREFIX: &str =
    "(function(){const context=arguments[0],services=arguments[1],$ʟ=arguments[2];return function(){";

/// Returns the wrapped text of a script; its inner function returns the value of the expression `returns`.
pub(super) fn wrapped(script: &str, returns: &str) -> String {
    format!("{PREFIX}{script}\n;return {returns}}}}})")
}

/// Converts a position of the engine to one in the author's text, by removing the wrapper's prefix.
pub(super) fn author_position(line: u32, column: u32) -> (u32, u32) {
    let wrapper = u32::try_from(PREFIX.chars().count()).unwrap_or_default();
    if line == 1 { (1, column.saturating_sub(wrapper).max(1)) } else { (line, column) }
}
