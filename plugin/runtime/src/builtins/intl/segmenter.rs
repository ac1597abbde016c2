//! `Intl.Segmenter`. `segment` returns an array of the pieces that also has the method `containing`.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsObject, JsResult, JsString, JsValue, NativeFunction, Trace, js_string,
    object::builtins::{JsArray, JsFunction},
    property::PropertyDescriptor,
};

use super::{
    class::{self, Call, Class},
    language_name, locales,
    options::Options,
    resolved, text,
};
use crate::intl::{
    language::Language,
    segment::{self, Granularity},
};

const NAME: &str = "Segmenter";

const GRANULARITIES: [(&str, Granularity); 3] =
    [("grapheme", Granularity::Grapheme), ("word", Granularity::Word), ("sentence", Granularity::Sentence)];

#[derive(Debug, Trace, Finalize, JsData)]
struct Segmenter {
    #[unsafe_ignore_trace]
    language: Language,
    #[unsafe_ignore_trace]
    granularity: Granularity,
}

pub(super) fn install(intl: &JsObject, context: &mut Context) -> JsResult<()> {
    let class = Class {
        name: NAME,
        call: Call::Refused,
        make,
        methods: &[("segment", 1, segment), ("resolvedOptions", 0, resolved_options)],
        getters: &[],
    };
    class.install(intl, context)?;
    Ok(())
}

fn make(prototype: JsObject, args: &[JsValue], context: &mut Context) -> JsResult<JsObject> {
    let language = locales::resolved(args.get_or_undefined(0), context)?;
    let options = Options::object("Intl.Segmenter", args.get_or_undefined(1))?;
    options.word("localeMatcher", &[("lookup", ()), ("best fit", ())], context)?;
    let granularity = options.word("granularity", &GRANULARITIES, context)?.unwrap_or(Granularity::Grapheme);
    Ok(JsObject::from_proto_and_data(prototype, Segmenter { language, granularity }))
}

fn segment(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let granularity = class::with(this, NAME, |this: &Segmenter| this.granularity)?;
    let input = args.get_or_undefined(0).to_string(context)?;
    let units: Vec<u16> = input.iter().collect();
    let mut pieces: Vec<JsValue> = Vec::new();
    let mut start = 0;
    for found in segment::segments(&units, granularity) {
        let piece = JsObject::with_object_proto(context.intrinsics());
        let value = JsString::from(units.get(start..found.end).unwrap_or_default());
        piece.create_data_property_or_throw(js_string!("segment"), value, context)?;
        piece.create_data_property_or_throw(js_string!("index"), start, context)?;
        piece.create_data_property_or_throw(js_string!("input"), input.clone(), context)?;
        if granularity == Granularity::Word {
            piece.create_data_property_or_throw(js_string!("isWordLike"), found.is_word, context)?;
        }
        pieces.push(piece.into());
        start = found.end;
    }
    let pieces = JsArray::from_iter(pieces, context);
    let containing = class::function("containing", 1, NativeFunction::from_fn_ptr(containing), context);
    let property = PropertyDescriptor::builder().value(containing).enumerable(false);
    let object = JsObject::from(pieces);
    object.define_property_or_throw(js_string!("containing"), property, context)?;
    Ok(object.into())
}

/// Returns the piece at a position.
fn containing(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let index = args.get_or_undefined(0).to_integer_or_infinity(context)?;
    let Some(pieces) = this.as_object() else { return Ok(JsValue::undefined()) };
    let find = pieces.get(js_string!("findLast"), context)?.as_object().and_then(JsFunction::from_object);
    let Some(find) = find else { return Ok(JsValue::undefined()) };
    let index = index.clamp_finite(-1_i64, i64::MAX);
    let covers = NativeFunction::from_copy_closure(move |_, args, context| {
        let Some(piece) = args.get_or_undefined(0).as_object() else { return Ok(false.into()) };
        let start = piece.get(js_string!("index"), context)?.to_length(context)?;
        let length = piece.get(js_string!("segment"), context)?.to_string(context)?.len();
        let (start, length) = (i64::try_from(start).unwrap_or(i64::MAX), i64::try_from(length).unwrap_or(i64::MAX));
        Ok((index >= start && index < start.saturating_add(length)).into())
    });
    let covers = class::function("", 1, covers, context);
    find.call(this, &[covers.into()], context)
}

fn resolved_options(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (language, granularity) =
        class::with(this, NAME, |this: &Segmenter| (this.language.clone(), this.granularity))?;
    let granularity = GRANULARITIES.iter().find(|(_, kind)| *kind == granularity).map(|(name, _)| text(name));
    resolved(&[("locale", Some(language_name(&language))), ("granularity", granularity)], context)
}
