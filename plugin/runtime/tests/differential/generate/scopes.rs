//! Names that are declared in several places: in blocks, loop heads, clauses and parameters, before and after they are
//! read.

use crate::{program::Node, random::Random};

const NAMES: [&str; 5] = ["a", "b", "c", "d", "arguments"];

struct Writer<'r> {
    random: &'r mut Random,
    values: usize,
}

pub(crate) fn body(random: &mut Random) -> Vec<Node> {
    let mut writer = Writer { random, values: 0 };
    let mut nodes = Vec::new();
    for number in 0..2 + writer.random.below(2) {
        let parameters = writer.random.pick(&[
            "",
            "a",
            "a, b",
            "a, b = 1",
            "{ a } = {}",
            "...a",
            "a = () => b, b = 2",
            "[a, b] = []",
            "a = 1, b = () => a",
            "a = typeof b, b",
        ]);
        let head = match writer.random.below(7) {
            0 => format!("const f{number} = ({parameters}) => {{"),
            1 => format!("const {{ f{number} }} = {{ f{number}({parameters}) {{"),
            2 => format!("const f{number} = function a({parameters}) {{"),
            _ => format!("function f{number}({parameters}) {{"),
        };
        let tail = if head.starts_with("const {") { "} };" } else { "}" };
        let mut body = writer.statements(3);
        // Invalid in combination with other parameters.
        if writer.random.one_in(8) && (matches!(parameters, "" | "a" | "a, b") || writer.random.one_in(20)) {
            body.insert(0, Node::line("'use strict';"));
        }
        let mut node = Node { parts: vec![(head, body)], tail };
        if writer.random.one_in(3) {
            node = Node::block("{", vec![node, Node::line(format!("log(attempt(() => f{number}(3)));"))]);
        }
        nodes.push(node);
        nodes.push(Node::line(format!("log(attempt(() => f{number}(7)), attempt(() => f{number}()));")));
    }
    nodes
}

impl Writer<'_> {
    fn value(&mut self) -> usize {
        self.values += 1;
        self.values
    }

    fn name(&mut self) -> &'static str {
        if self.random.one_in(12) { NAMES[4] } else { NAMES[self.random.below(4)] }
    }

    /// Declarations of one block; rarely of a name that is already declared.
    fn statements(&mut self, depth: usize) -> Vec<Node> {
        let mut own: Vec<&'static str> = Vec::new();
        (0..2 + self.random.below(4)).map(|_| self.statement(depth, &mut own)).collect()
    }

    fn fresh(&mut self, own: &mut Vec<&'static str>) -> Option<&'static str> {
        let name = self.name();
        if own.contains(&name) && !self.random.one_in(40) {
            return None;
        }
        own.push(name);
        Some(name)
    }

    fn look(&mut self) -> Node {
        let name = self.name();
        // A function could call itself.
        let shown = format!("typeof {name} === 'function' ? tick() && 'f' + {name}() : {name}");
        Node::line(match self.random.below(5) {
            0 => format!("log(typeof {name});"),
            1 => format!("try {{ log('{name}', {shown}); }} catch (error) {{ log(error.name); }}"),
            2 => format!("log('{name}', attempt(function () {{ return {shown}; }}));"),
            _ => format!("log('{name}', attempt(() => {shown}));"),
        })
    }

    fn statement(&mut self, depth: usize, own: &mut Vec<&'static str>) -> Node {
        let value = self.value();
        let name = self.name();
        match self.random.below(if depth > 0 { 17 } else { 9 }) {
            0 if self.random.one_in(3) => Node::line(format!("var {name} = {value};")),
            0 => Node::line(format!("var {name};")),
            1 => match self.fresh(own) {
                Some(name) => Node::line(match self.random.below(5) {
                    0 => format!("let {name};"),
                    1 => format!("const {name} = {value};"),
                    2 => format!("class {name} {{ static n = {value}; }}"),
                    3 => format!("let [{name} = {value}] = [];"),
                    _ => format!("let {name} = {value};"),
                }),
                None => self.look(),
            },
            2 | 3 => {
                if !own.contains(&name) {
                    own.push(name);
                }
                let kind = self.random.pick(&["function", "function", "function", "async function", "function*"]);
                Node::line(format!("{kind} {name}() {{ return {value}; }}"))
            }
            4 => Node::line(format!("try {{ {name} = {value}; }} catch (error) {{ log(error.name); }}")),
            5 => Node::line(format!(
                "log(attempt(() => {{ {name} {} {value}; }}));",
                self.random.pick(&["=", "+=", "??=", "&&="])
            )),
            6..9 => self.look(),
            9..12 => Node::block("{", self.statements(depth - 1)),
            12 => {
                let kind = self.random.pick(&["let", "const", "var", ""]);
                let list = self.random.pick(&["of [1, 2]", "of [[3], 4]", "in { x: 1 }"]);
                Node::block(format!("for ({kind} {name} {list}) {{"), self.statements(depth - 1))
            }
            13 => {
                let binding = self.random.pick(&["(a)", "({ a })", "(b)", "([c])", "", "(error)"]);
                let mut node = Node::block(format!("try {{ throw [{value}];"), self.statements(depth - 1));
                node.parts.push((format!("}} catch {binding} {{"), self.statements(depth - 1)));
                node
            }
            14 => {
                let mut own = Vec::new();
                let mut parts = vec![(format!("switch ({}) {{", self.random.below(3)), Vec::new())];
                for case in 0..2 {
                    let body = (0..1 + self.random.below(3)).map(|_| self.statement(depth - 1, &mut own)).collect();
                    parts.push((format!("case {case}:"), body));
                }
                Node { parts, tail: "}" }
            }
            15 => Node::line(format!("if ({}) function {name}() {{ return {value}; }}", self.random.one_in(2))),
            _ => Node::block(
                format!("for (let {name} = 0; {name} < 2; {name}++) {{ if (!tick()) break;"),
                self.statements(depth - 1),
            ),
        }
    }
}
