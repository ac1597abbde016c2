//! Random programs of each kind.

mod calls;
mod classes;
mod control;
mod dates;
mod descriptors;
mod expression;
mod iteration;
mod objects;
mod patterns;
mod primitives;
mod scopes;
mod values;

use crate::{
    program::{Node, Program},
    random::Random,
};

/// Zones whose offsets change in different ways: by half an hour, by a day, and no longer at all.
const ZONES: [&str; 6] =
    ["UTC", "Asia/Tashkent", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"];

pub(crate) fn program(random: &mut Random) -> Program {
    let zone = random.pick(&ZONES);
    let (is_async, body) = match random.below(24) {
        12 | 13 => (false, descriptors::body(random)),
        14 | 15 => (false, patterns::body(random)),
        16 | 17 => (false, scopes::body(random)),
        18 | 19 => (false, classes::body(random)),
        20 | 21 => iteration::body(random),
        22 => (false, calls::body(random)),
        23 => (false, primitives::body(random)),
        0..4 => control::body(random),
        4..7 => (false, objects::body(random)),
        7 => (false, values::numbers(random)),
        8 => (false, values::expressions(random)),
        9 => (false, values::json(random)),
        10 => (false, values::sorting(random)),
        _ => (false, dates::body(random)),
    };
    Program { zone, is_async, body }
}

/// Statements that log the value of each expression, or the error that it throws.
fn logged(expressions: impl IntoIterator<Item = String>) -> Vec<Node> {
    expressions.into_iter().map(|text| Node::line(format!("log(attempt(() => {text}));"))).collect()
}
