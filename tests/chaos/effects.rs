//! Effects of scripts outside of the plugin, as recorded by the nodes.

use std::{fs, path::Path};

use crate::instant::MonotonicTime;

/// One call of `effects.note`.
#[derive(Debug, Clone)]
pub(crate) struct Effect {
    pub(crate) at: MonotonicTime,
    pub(crate) node: String,
    pub(crate) tenant: String,
    pub(crate) run: String,
    /// Index of the effect in its run, from 0.
    pub(crate) number: u64,
    /// Number of effects that its run makes in all.
    pub(crate) of: u64,
}

/// All effects so far.
pub(crate) fn read(file: &Path) -> Vec<Effect> {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.lines().filter_map(parse).collect()
}

fn parse(line: &str) -> Option<Effect> {
    let mut fields = line.split(' ');
    let mut next = || fields.next().map(str::to_owned);
    let at = MonotonicTime(next()?.parse().ok()?);
    Some(Effect {
        at,
        node: next()?,
        tenant: next()?,
        run: next()?,
        number: next()?.parse().ok()?,
        of: next()?.parse().ok()?,
    })
}

/// A script of the given kind that makes that many effects, with a pause after each.
pub(crate) fn source(effects: u64, pause_ms: u64) -> String {
    format!(
        "async function main() {{
            for (let number = 0; number < {effects}; number++) {{
                await services.effects.note(number, {effects});
                await utils.sleep({pause_ms});
            }}
        }}"
    )
}
