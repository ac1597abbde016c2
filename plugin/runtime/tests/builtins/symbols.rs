//! The registry of symbols.

use crate::all_agree;

#[test]
fn symbols_are_registered_as_in_the_engine() {
    all_agree(&[
        "Symbol.for('a') === Symbol.for('a')",
        "Symbol.for('a') === Symbol.for('b')",
        "Symbol.for('a').toString() + Symbol.for('a').description",
        "Symbol.for() === Symbol.for('undefined')",
        "Symbol.for({ toString: () => note('k') }).description",
        "Symbol.for(Symbol())",
        "Symbol.for('\\ud83d').description",
        "Symbol.keyFor(Symbol.for('a'))",
        "Symbol.keyFor(Symbol.for(''))",
        "Symbol.keyFor(Symbol('a'))",
        "Symbol.keyFor(Symbol.iterator)",
        "Symbol.keyFor('a')",
        "Symbol.keyFor()",
        "Symbol.keyFor(Object(Symbol.for('a')))",
        "Object.getOwnPropertySymbols({ [Symbol.for('a')]: 1, [Symbol.for('b')]: 2, [Symbol.for('a')]: 3 })",
    ]);
}
