//! Nested loops and every way out of them, exceptions, generators, async functions, closures and classes.

use super::expression::Scope;
use crate::{program::Node, random::Random};

struct Writer<'r> {
    random: &'r mut Random,
    scope: Scope,
    /// Labels of the enclosing statements, and whether each is a loop.
    labels: Vec<(String, bool)>,
    loops: usize,
    breakable: usize,
    names: usize,
    in_function: bool,
}

/// Returns whether the program awaits, and its statements.
pub(crate) fn body(random: &mut Random) -> (bool, Vec<Node>) {
    let is_async = random.one_in(3);
    let scope = Scope { variables: Vec::new(), functions: Vec::new(), awaits: is_async, yields: false };
    let mut writer = Writer { random, scope, labels: Vec::new(), loops: 0, breakable: 0, names: 0, in_function: true };
    let mut nodes = vec![Node::line(
        "const list = [1, 2, 3, 4], box = { p: 1, q: '2', n: 0, get counted() { return this.n++; }, set counted(v) { log('set', v); }, take(a, b) { return this === box ? a : b; } };",
    )];
    for _ in 0..2 + writer.random.below(3) {
        nodes.push(writer.declaration());
    }
    nodes.extend(writer.statements(4));
    if writer.random.one_in(2) {
        nodes.push(writer.function());
        let call = writer.scope.functions.last().cloned().unwrap_or_default();
        for _ in 0..3 {
            nodes.push(Node::line(format!("log(attempt(() => {call}({}, 2)));", writer.random.below(4))));
        }
    }
    let result = writer.scope.variables.join(", ");
    nodes.push(Node::line(format!("return [{result}];")));
    (is_async, nodes)
}

impl Writer<'_> {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn expression(&mut self, depth: usize) -> String {
        self.scope.expression(self.random, depth)
    }

    fn declaration(&mut self) -> Node {
        let name = self.name();
        let value = self.expression(2);
        let kind = self.random.pick(&["let", "var", "let"]);
        let text = match self.random.below(6) {
            0 => format!("{kind} [{name} = 4] = [small({value})];"),
            1 => format!("{kind} {{ p: {name} = 'd', ...rest{name} }} = {{ p: small({value}), s: 1 }};"),
            _ => format!("{kind} {name} = small({value});"),
        };
        self.scope.variables.push(name);
        Node::line(text)
    }

    /// Statements of a block; variables declared in it are removed at its end.
    fn statements(&mut self, depth: usize) -> Vec<Node> {
        let known = self.scope.variables.len();
        let count = 1 + self.random.below(4);
        let nodes = (0..count).map(|_| self.statement(depth)).collect();
        self.scope.variables.truncate(known);
        nodes
    }

    fn statement(&mut self, depth: usize) -> Node {
        if depth == 0 {
            return self.simple();
        }
        match self.random.below(15) {
            0..4 => self.simple(),
            4..7 => self.loop_statement(depth),
            7..9 => self.try_statement(depth),
            9 => {
                let condition = self.expression(2);
                let mut node = Node::block(format!("if ({condition}) {{"), self.statements(depth - 1));
                if self.random.one_in(2) {
                    node.parts.push(("} else {".to_owned(), self.statements(depth - 1)));
                }
                node
            }
            10 => self.switch(depth),
            11 => {
                let label = format!("b{}", self.names);
                self.names += 1;
                self.labels.push((label.clone(), false));
                let node = Node::block(format!("{label}: {{"), self.statements(depth - 1));
                self.labels.pop();
                node
            }
            12 => self.declaration_in_block(),
            13 => self.closures(depth),
            _ => self.jump(),
        }
    }

    fn declaration_in_block(&mut self) -> Node {
        let kept = (self.scope.awaits, self.scope.yields);
        (self.scope.awaits, self.scope.yields) = (false, false);
        let value = self.expression(2);
        (self.scope.awaits, self.scope.yields) = kept;
        match self.random.below(4) {
            0 => Node::line(format!("const c = {value}; log(c);")).braced(),
            1 => Node::line(format!("log(attempt(() => {{ const c = {value}; c = 1; }}));")),
            2 => Node::line(format!("log(attempt(() => {{ late; let late = {value}; }}));")),
            _ => Node::line(format!(
                "class K extends Array {{ static #s = 1; #f = {value}; get f() {{ return this.#f; }} static s() {{ return K.#s++; }} }} log(new K().f, K.s(), K.s());"
            ))
            .braced(),
        }
    }

    fn simple(&mut self) -> Node {
        let text = match self.random.below(4) {
            0 => format!("{} = small({});", self.scope.place(self.random), self.expression(2)),
            1 => format!("{};", self.expression(3)).trim_start_matches('{').to_owned(),
            _ => format!("log({});", self.expression(3)),
        };
        Node::line(if text.starts_with('{') || text.starts_with("function") { format!(";{text}") } else { text })
    }

    /// A jump out of the current statement.
    fn jump(&mut self) -> Node {
        let value = self.expression(1);
        let condition = self.expression(2);
        let loops: Vec<String> =
            self.labels.iter().filter(|(_, is_loop)| *is_loop).map(|(name, _)| name.clone()).collect();
        let jump = match self.random.below(7) {
            0 if self.breakable > 0 => "break;".to_owned(),
            1 if self.loops > 0 => "continue;".to_owned(),
            2 if !self.labels.is_empty() => format!("break {};", self.random.pick(&self.labels).0),
            3 if !loops.is_empty() => format!("continue {};", self.random.pick(&loops)),
            4 if self.in_function => format!("return {value};"),
            5 => format!("throw {value};"),
            _ => format!("throw new {}('x');", self.random.pick(&["Error", "TypeError", "RangeError"])),
        };
        Node::line(format!("if ({condition}) {jump}"))
    }

    fn loop_statement(&mut self, depth: usize) -> Node {
        let label = self.random.one_in(2).then(|| {
            self.names += 1;
            format!("l{}", self.names)
        });
        let prefix = match &label {
            Some(label) if self.random.one_in(5) => format!("o{label}: {label}: "),
            Some(label) => format!("{label}: "),
            None => String::new(),
        };
        let name = self.name();
        let end = 1 + self.random.below(4);
        let fails = self.random.pick(&["", "", "", ", 'return'", ", 'next'"]);
        let iterable = match self.random.below(6) {
            0 => format!("gen('{name}', {end})"),
            1 | 2 => format!("iter('{name}', {end}{fails})"),
            3 => "new Map([[1, 'a'], [2, 'b'], [3, 'c']])".to_owned(),
            4 => "new Set('abca')".to_owned(),
            _ => "list".to_owned(),
        };
        let kind = self.random.pick(&["const", "let", "var"]);
        let condition = self.expression(1);
        let (head, guard, tail) = match self.random.below(8) {
            0 | 1 => (format!("for (let {name} = 0; tick() && {name} < {end}; {name}++) {{"), false, "}"),
            2 | 3 => (format!("for ({kind} {name} of {iterable}) {{"), true, "}"),
            4 if self.scope.awaits => (format!("for await ({kind} {name} of {iterable}) {{"), true, "}"),
            4 => (format!("for ({kind} [{name} = 1] of [[1], [], {iterable}]) {{"), true, "}"),
            5 => (format!("for ({kind} {name} in {{ a: 1, b: 2, c: 3 }}) {{"), true, "}"),
            6 => (format!("while (tick() && ({condition})) {{"), false, "}"),
            _ => ("do {".to_owned(), false, "} while (tick() && fuel % 3);"),
        };
        let has_variable = head.contains(&format!(" {name} ")) || head.contains(&format!("[{name} "));
        let known = self.scope.variables.len();
        // Assigning to a constant would throw, which is allowed but tests nothing else.
        if has_variable {
            self.scope.variables.push(name);
        }
        self.labels.extend(label.map(|label| (label, true)));
        let labels = self.labels.len();
        (self.loops, self.breakable) = (self.loops + 1, self.breakable + 1);
        let mut body = self.statements(depth - 1);
        (self.loops, self.breakable) = (self.loops - 1, self.breakable - 1);
        if prefix.is_empty() {
            self.labels.truncate(labels);
        } else {
            self.labels.truncate(labels - 1);
        }
        self.scope.variables.truncate(known);
        if guard {
            body.insert(0, Node::line("if (!tick()) break;"));
        }
        Node { parts: vec![(prefix + &head, body)], tail }
    }

    fn try_statement(&mut self, depth: usize) -> Node {
        let mut node = Node::block("try {", self.statements(depth - 1));
        let way = self.random.below(3);
        if way != 0 {
            let binding = self.random.pick(&["(error)", "", "({ name: error })"]);
            let mut handler = self.statements(depth - 1);
            if binding == "(error)" {
                handler.insert(0, Node::line("log('caught', error);"));
            }
            node.parts.push((format!("}} catch {binding} {{"), handler));
        }
        if way != 1 {
            let mut finally = self.statements(depth - 1);
            finally.insert(0, Node::line("log('finally');"));
            node.parts.push(("} finally {".to_owned(), finally));
        }
        node
    }

    fn switch(&mut self, depth: usize) -> Node {
        let subject = self.expression(1);
        self.breakable += 1;
        let mut parts = vec![(format!("switch ({subject}) {{"), Vec::new())];
        for _ in 0..2 + self.random.below(2) {
            let case = self.expression(1);
            let mut body = self.statements(depth - 1);
            if self.random.one_in(2) {
                body.push(Node::line("break;"));
            }
            // Each case has its own block, so that no two declare the same name.
            parts.push((format!("case {case}:"), vec![Node::block("{", body)]));
        }
        let last = self.statements(depth - 1);
        parts.push(("default:".to_owned(), vec![Node::block("{", last)]));
        self.breakable -= 1;
        Node { parts, tail: "}" }
    }

    /// Functions that are created in a loop and called after it.
    fn closures(&mut self, depth: usize) -> Node {
        let name = self.name();
        let known = self.scope.variables.len();
        self.scope.variables.push(name.clone());
        let body = self.in_new_function(depth - 1, false, false);
        self.scope.variables.truncate(known);
        let made = Node { parts: vec![("made.push(() => {".to_owned(), body)], tail: "});" };
        let mut node = Node::block(format!("for (let {name} = 0; tick() && {name} < 3; {name}++) {{"), vec![made]);
        node.parts.insert(0, ("{ const made = [];".to_owned(), Vec::new()));
        Node {
            parts: vec![(
                "{ const made = [];".to_owned(),
                vec![
                    Node { parts: node.parts.split_off(1), tail: "}" },
                    Node::line("for (const call of made) log(attempt(call), attempt(call));"),
                ],
            )],
            tail: "}",
        }
    }

    fn in_new_function(&mut self, depth: usize, awaits: bool, yields: bool) -> Vec<Node> {
        let labels = std::mem::take(&mut self.labels);
        let (loops, breakable) = (self.loops, self.breakable);
        let (awaited, yielded) = (self.scope.awaits, self.scope.yields);
        (self.loops, self.breakable, self.scope.awaits, self.scope.yields) = (0, 0, awaits, yields);
        let mut body = self.statements(depth);
        let value = self.expression(2);
        body.push(Node::line(format!("return {value};")));
        (self.labels, self.loops, self.breakable) = (labels, loops, breakable);
        (self.scope.awaits, self.scope.yields) = (awaited, yielded);
        body
    }

    fn function(&mut self) -> Node {
        let name = format!("f{}", self.names);
        self.names += 1;
        let known = self.scope.variables.len();
        self.scope.variables.extend(["a".to_owned(), "b".to_owned()]);
        let generator = self.random.one_in(2);
        let body = self.in_new_function(3, false, generator);
        self.scope.variables.truncate(known);
        self.scope.functions.push(name.clone());
        let parameters = self.random.pick(&["a, b", "a, b = a", "...[a, b]", "{ p: a } = {}, b", "a = 1, b = () => a"]);
        if !generator {
            return Node { parts: vec![(format!("function {name}({parameters}) {{"), body)], tail: "}" };
        }
        let drive = self.random.pick(&[
            "[...made(a, b)]",
            "(it => [it.next(), it.next(5), it.return('r'), it.next()])(made(a, b))",
            "(it => [it.next(), attempt(() => it.throw('t')), it.next()])(made(a, b))",
            "(() => { for (const x of made(a, b)) { if (!tick()) return 'fuel'; log(x); break; } })()",
            "(([x, y]) => [x, y])(made(a, b))",
            "(function* () { return yield* made(a, b); })().next()",
        ]);
        let made = Node { parts: vec![(format!("function* made({parameters}) {{"), body)], tail: "}" };
        Node::block(format!("function {name}(a, b) {{"), vec![made, Node::line(format!("return {drive};"))])
    }
}

impl Node {
    fn braced(self) -> Self {
        Self::block("{", vec![self])
    }
}
