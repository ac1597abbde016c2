//! Remembers the names of objects that were read, in order, so that the next object with the same names is created at once.
//!
//! For objects that an isolate reads repeatedly (requests, rows, contexts) this costs one comparison per name. An object
//! with an unknown sequence of names is built name by name.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use boa_engine::{
    Context, JsObject, JsResult, JsString, JsValue,
    object::PlainShape,
    property::{Attribute, PropertyKey},
};

use crate::objects::{freeze, plain_object};

/// Maximum number of names that are kept; the least recently used ones are dropped.
const MAX_NAMES: usize = 2_048;
/// Maximum number of different names that are kept after the same sequence.
const MAX_BRANCHES: usize = 32;
/// Maximum number of names kept of one object; one with more is a dictionary, whose names are unique.
const MAX_MEMBERS: usize = 64;
/// Maximum length in bytes of a name that is kept.
const MAX_NAME_BYTES: usize = 64;

/// Who uses an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// One run.
    Run,
    /// All runs: the object is read-only at every level.
    Isolate,
}

/// The names of an isolate. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    of_runs: Rc<NameNode>,
    of_isolate: Rc<NameNode>,
}

/// A node of the tree of names: one sequence of names.
#[derive(Debug)]
struct NameNode {
    /// The last name of the sequence.
    name: Box<str>,
    shape: PlainShape,
    depth: usize,
    /// The sequences with one more name, the most recently used first.
    next: RefCell<Vec<Rc<Self>>>,
    /// Number of nodes in the tree.
    count: Rc<Cell<usize>>,
}

/// An object that is being read.
#[derive(Debug)]
pub(crate) struct Members {
    owner: Owner,
    root: Rc<NameNode>,
    node: Rc<NameNode>,
    values: Vec<JsValue>,
    /// Members from the first unknown name on.
    rest: Vec<(PropertyKey, JsValue)>,
    /// Name of a member of `rest` while its value is read.
    pending_name: Option<PropertyKey>,
}

impl Records {
    /// Returns the names of a context, or new ones if the context has none.
    pub(crate) fn of(context: &Context) -> Self {
        context.get_data::<Self>().cloned().unwrap_or_else(|| Self::new(context))
    }

    /// Creates an empty tree of names.
    pub(crate) fn new(context: &Context) -> Self {
        let (shape, count) = (PlainShape::new(context), Rc::new(Cell::new(0)));
        let root = || Rc::new(NameNode::new("", shape.clone(), 0, &count));
        Self { of_runs: root(), of_isolate: root() }
    }

    /// Begins an object.
    pub(crate) fn begin(&self, owner: Owner) -> Members {
        let root = match owner {
            Owner::Run => &self.of_runs,
            Owner::Isolate => &self.of_isolate,
        };
        let (root, node) = (Rc::clone(root), Rc::clone(root));
        Members { owner, root, node, values: Vec::new(), rest: Vec::new(), pending_name: None }
    }
}

impl NameNode {
    fn new(name: &str, shape: PlainShape, depth: usize, count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self { name: name.into(), shape, depth, next: RefCell::default(), count: Rc::clone(count) }
    }

    /// Returns the sequence with one more name, if it is known.
    fn child(&self, name: &str) -> Option<Rc<Self>> {
        let mut next = self.next.borrow_mut();
        let at = next.iter().position(|node| &*node.name == name)?;
        if at > 0 {
            next[..=at].rotate_right(1);
        }
        Some(Rc::clone(&next[0]))
    }

    /// Adds one more name; `None` if it must not be kept.
    fn add_child(&self, name: &str, key: &PropertyKey, attributes: Attribute, root: &Self) -> Option<Rc<Self>> {
        if self.depth == MAX_MEMBERS || name.len() > MAX_NAME_BYTES {
            return None;
        }
        let shape = self.shape.with(key.clone(), attributes)?;
        if self.count.get() >= MAX_NAMES {
            root.next.borrow_mut().pop();
        }
        let node = Rc::new(Self::new(name, shape, self.depth + 1, &self.count));
        let mut next = self.next.borrow_mut();
        next.truncate(MAX_BRANCHES - 1);
        next.insert(0, Rc::clone(&node));
        Some(node)
    }
}

impl Drop for NameNode {
    fn drop(&mut self) {
        self.count.set(self.count.get() - 1);
    }
}

impl Members {
    /// Adds the next name; its value must follow.
    pub(crate) fn name(&mut self, name: &str) {
        if self.rest.is_empty() {
            if let Some(node) = self.node.child(name) {
                self.node = node;
                return;
            }
            let key = PropertyKey::from(JsString::from(name));
            match self.node.add_child(name, &key, self.owner.attributes(), &self.root) {
                Some(node) => self.node = node,
                None => self.pending_name = Some(key),
            }
        } else {
            self.pending_name = Some(JsString::from(name).into());
        }
    }

    /// Adds the value of the last name.
    pub(crate) fn value(&mut self, value: JsValue) {
        match self.pending_name.take() {
            Some(key) => self.rest.push((key, value)),
            None => self.values.push(value),
        }
    }

    /// Returns the object; of two members with the same name the last counts.
    pub(crate) fn object(self, context: &mut Context) -> JsResult<JsObject> {
        let Self { owner, node, values, rest, .. } = self;
        if rest.is_empty() {
            return Ok(match owner {
                Owner::Run => node.shape.create(values),
                Owner::Isolate => node.shape.create_shared(values),
            });
        }
        let members: Vec<_> = node.shape.keys().into_iter().zip(values).chain(rest).collect();
        let object = plain_object(members.into_iter(), context);
        if owner == Owner::Isolate {
            freeze(&object, context)?;
        }
        Ok(object)
    }
}

impl Owner {
    const fn attributes(self) -> Attribute {
        match self {
            Self::Run => Attribute::all(),
            Self::Isolate => Attribute::ENUMERABLE,
        }
    }
}

#[cfg(test)]
mod tests {
    use boa_engine::Source;

    use super::*;
    use crate::convert::{from_json, shared_from_json};

    /// Evaluates an expression on the value `it` of a JSON text.
    fn evaluate(owner: Owner, json: &str, expression: &str, context: &mut Context) -> String {
        let it = match owner {
            Owner::Run => from_json(json, context),
            Owner::Isolate => shared_from_json(json, context),
        };
        let code = format!("(it => JSON.stringify({expression}))");
        let function = context.eval(Source::from_bytes(&code)).unwrap();
        let said = function.as_object().unwrap().call(&JsValue::undefined(), &[it.unwrap()], context).unwrap();
        said.to_string(context).unwrap().to_std_string_escaped()
    }

    fn with_records() -> Context {
        let mut context = Context::default();
        let records = Records::new(&context);
        context.insert_data(records);
        context
    }

    #[test]
    fn objects_with_known_names_are_read_correctly() {
        let long = format!(r#"{{"{}":1,"after":2}}"#, "n".repeat(MAX_NAME_BYTES + 1));
        let many = (0..MAX_MEMBERS + 3).map(|at| format!(r#""m{at}":{at}"#)).collect::<Vec<_>>().join(",");
        let (many, mut context) = (format!("{{{many}}}"), with_records());
        let texts = [
            r#"{"a":1,"b":{"a":[],"b":null},"c":[{"a":1},{"a":2}]}"#,
            r#"{"__proto__":1,"constructor":2,"":3}"#,
            r#"{"b":1,"2":2,"1":3,"a":4}"#,
            "{}",
            &long,
            &many,
        ];
        let parsed = |text: &str, context: &mut Context| {
            let code = format!("JSON.stringify(JSON.parse({}))", serde_json::Value::from(text));
            context.eval(Source::from_bytes(&code)).unwrap().to_string(context).unwrap().to_std_string_escaped()
        };
        for text in texts {
            let expected = parsed(text, &mut context);
            for time in 0..3 {
                assert_eq!(evaluate(Owner::Run, text, "it", &mut context), expected, "time {time}");
            }
        }
    }

    #[test]
    fn the_last_of_two_equal_names_counts() {
        let mut context = with_records();
        for _ in 0..3 {
            assert_eq!(evaluate(Owner::Run, r#"{"a":1,"b":2,"a":3}"#, "it", &mut context), r#"{"a":3,"b":2}"#);
        }
    }

    #[test]
    fn only_shared_objects_are_frozen() {
        let (mut context, text) = (with_records(), r#"{"a":{"b":[1,{"c":2}]},"5":{"d":1}}"#);
        let changed = "(it.a.b[1].c = 9, it.a.n = 1, it.a.b.push(3), delete it[5].d, it)";
        for _ in 0..3 {
            let own = evaluate(Owner::Run, text, changed, &mut context);
            assert_eq!(own, r#"{"5":{},"a":{"b":[1,{"c":9},3],"n":1}}"#);
            let frozen = "[it, it.a, it.a.b, it.a.b[1], it[5]].every(Object.isFrozen)";
            assert_eq!(evaluate(Owner::Isolate, text, frozen, &mut context), "true");
        }
    }

    #[test]
    fn unused_names_are_dropped() {
        let mut context = with_records();
        for number in 0..MAX_NAMES * 2 {
            let text = format!(r#"{{"common":1,"n{number}":{{"o{number}":2}}}}"#);
            assert_eq!(evaluate(Owner::Run, &text, "it", &mut context), text);
        }
        let records = Records::of(&context);
        assert!(records.of_runs.count.get() <= MAX_NAMES);
        assert!(records.of_runs.child("common").is_some(), "what is used stays");
    }
}
