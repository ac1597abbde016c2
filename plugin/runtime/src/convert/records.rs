//! Names that objects have had, in their order, so that the next object with the same ones is made whole.
//!
//! What an isolate reads again and again (requests, rows, contexts) costs one comparison for each name. An object whose names lead
//! nowhere is made name by name.

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

/// Names that are kept; the least used make room.
const KEPT: usize = 2_048;
/// Names that are kept after the same names.
const BRANCHES: usize = 32;
/// Names of one object that are kept; one with more is taken for a dictionary, whose names no other has.
const DEPTH: usize = 64;
/// Bytes of a name that is kept.
const LONG: usize = 64;

/// Whose objects are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// One run.
    Run,
    /// All runs: they are read-only, with everything in them.
    Isolate,
}

/// The names of an isolate. A clone has them in common.
#[derive(Debug, Clone)]
pub(crate) struct Records {
    of_runs: Rc<Place>,
    of_isolate: Rc<Place>,
}

/// Where a row of names leads.
#[derive(Debug)]
struct Place {
    /// The last of them.
    name: Box<str>,
    shape: PlainShape,
    depth: usize,
    /// The names that have come next, the last used first.
    next: RefCell<Vec<Rc<Self>>>,
    /// How many there are in all.
    count: Rc<Cell<usize>>,
}

/// An object that is being read.
#[derive(Debug)]
pub(crate) struct Members {
    owner: Owner,
    root: Rc<Place>,
    place: Rc<Place>,
    values: Vec<JsValue>,
    /// From the first name on that leads nowhere.
    rest: Vec<(PropertyKey, JsValue)>,
    /// That name, while its value is read.
    strayed: Option<PropertyKey>,
}

impl Records {
    /// Those of a context; of one that keeps none, new ones.
    pub(crate) fn of(context: &Context) -> Self {
        context.get_data::<Self>().cloned().unwrap_or_else(|| Self::new(context))
    }

    /// No names yet.
    pub(crate) fn new(context: &Context) -> Self {
        let (shape, count) = (PlainShape::new(context), Rc::new(Cell::new(0)));
        let root = || Rc::new(Place::new("", shape.clone(), 0, &count));
        Self { of_runs: root(), of_isolate: root() }
    }

    /// An object that has no members yet.
    pub(crate) fn begin(&self, owner: Owner) -> Members {
        let root = match owner {
            Owner::Run => &self.of_runs,
            Owner::Isolate => &self.of_isolate,
        };
        let (root, place) = (Rc::clone(root), Rc::clone(root));
        Members { owner, root, place, values: Vec::new(), rest: Vec::new(), strayed: None }
    }
}

impl Place {
    fn new(name: &str, shape: PlainShape, depth: usize, count: &Rc<Cell<usize>>) -> Self {
        count.set(count.get() + 1);
        Self { name: name.into(), shape, depth, next: RefCell::default(), count: Rc::clone(count) }
    }

    /// Where one more name leads, if it has been there before.
    fn known(&self, name: &str) -> Option<Rc<Self>> {
        let mut next = self.next.borrow_mut();
        let at = next.iter().position(|place| &*place.name == name)?;
        if at > 0 {
            next[..=at].rotate_right(1);
        }
        Some(Rc::clone(&next[0]))
    }

    /// Keeps one more name; none when it is not to be kept.
    fn keep(&self, name: &str, key: &PropertyKey, attributes: Attribute, root: &Self) -> Option<Rc<Self>> {
        if self.depth == DEPTH || name.len() > LONG {
            return None;
        }
        let shape = self.shape.with(key.clone(), attributes)?;
        if self.count.get() >= KEPT {
            root.next.borrow_mut().pop();
        }
        let place = Rc::new(Self::new(name, shape, self.depth + 1, &self.count));
        let mut next = self.next.borrow_mut();
        next.truncate(BRANCHES - 1);
        next.insert(0, Rc::clone(&place));
        Some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.count.set(self.count.get() - 1);
    }
}

impl Members {
    /// The next name; its value is to follow.
    pub(crate) fn name(&mut self, name: &str) {
        if self.rest.is_empty() {
            if let Some(place) = self.place.known(name) {
                self.place = place;
                return;
            }
            let key = PropertyKey::from(JsString::from(name));
            match self.place.keep(name, &key, self.owner.attributes(), &self.root) {
                Some(place) => self.place = place,
                None => self.strayed = Some(key),
            }
        } else {
            self.strayed = Some(JsString::from(name).into());
        }
    }

    /// The value of the name that was last.
    pub(crate) fn value(&mut self, value: JsValue) {
        match self.strayed.take() {
            Some(key) => self.rest.push((key, value)),
            None => self.values.push(value),
        }
    }

    /// The object; of two members with the same name the last counts.
    pub(crate) fn object(self, context: &mut Context) -> JsResult<JsObject> {
        let Self { owner, place, values, rest, .. } = self;
        if rest.is_empty() {
            return Ok(match owner {
                Owner::Run => place.shape.create(values),
                Owner::Isolate => place.shape.create_shared(values),
            });
        }
        let members: Vec<_> = place.shape.keys().into_iter().zip(values).chain(rest).collect();
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

    /// What an expression says of the value `it` that a text is.
    fn says(owner: Owner, json: &str, expression: &str, context: &mut Context) -> String {
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
    fn an_object_is_what_its_text_says_the_second_time_too() {
        let long = format!(r#"{{"{}":1,"after":2}}"#, "n".repeat(LONG + 1));
        let many = (0..DEPTH + 3).map(|at| format!(r#""m{at}":{at}"#)).collect::<Vec<_>>().join(",");
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
                assert_eq!(says(Owner::Run, text, "it", &mut context), expected, "time {time}");
            }
        }
    }

    #[test]
    fn of_two_members_with_one_name_the_last_counts() {
        let mut context = with_records();
        for _ in 0..3 {
            assert_eq!(says(Owner::Run, r#"{"a":1,"b":2,"a":3}"#, "it", &mut context), r#"{"a":3,"b":2}"#);
        }
    }

    #[test]
    fn what_a_run_has_can_change_and_what_all_have_cannot() {
        let (mut context, text) = (with_records(), r#"{"a":{"b":[1,{"c":2}]},"5":{"d":1}}"#);
        let changed = "(it.a.b[1].c = 9, it.a.n = 1, it.a.b.push(3), delete it[5].d, it)";
        for _ in 0..3 {
            let own = says(Owner::Run, text, changed, &mut context);
            assert_eq!(own, r#"{"5":{},"a":{"b":[1,{"c":9},3],"n":1}}"#);
            let frozen = "[it, it.a, it.a.b, it.a.b[1], it[5]].every(Object.isFrozen)";
            assert_eq!(says(Owner::Isolate, text, frozen, &mut context), "true");
        }
    }

    #[test]
    fn names_that_never_come_again_make_room() {
        let mut context = with_records();
        for number in 0..KEPT * 2 {
            let text = format!(r#"{{"usual":1,"n{number}":{{"o{number}":2}}}}"#);
            assert_eq!(says(Owner::Run, &text, "it", &mut context), text);
        }
        let records = Records::of(&context);
        assert!(records.of_runs.count.get() <= KEPT);
        assert!(records.of_runs.known("usual").is_some(), "what is used stays");
    }
}
