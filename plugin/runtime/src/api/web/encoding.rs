//! `TextEncoder` and `TextDecoder`: encode text as UTF-8, and decode bytes in any encoding of the web.

use boa_engine::{
    Context, Finalize, JsArgs, JsData, JsNativeError, JsObject, JsResult, JsString, JsValue, Trace,
    class::{Class, ClassBuilder},
    js_string,
    object::builtins::JsUint8Array,
    property::Attribute,
};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use super::{CLASS, accessors, methods, tag};
use crate::api::bytes::{self, View};

pub(super) fn register(context: &mut Context) -> JsResult<()> {
    context.register_global_class::<TextEncoder>()?;
    context.register_global_class::<TextDecoder>()
}

#[derive(Debug, Trace, Finalize, JsData)]
struct TextEncoder;

impl Class for TextEncoder {
    const NAME: &'static str = "TextEncoder";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        methods(class, &[("encode", 0, encode), ("encodeInto", 2, encode_into)]);
        accessors(class, &[("encoding", |_, _, _| Ok(js_string!("utf-8").into()), None)]);
        Ok(())
    }

    fn data_constructor(_: &JsValue, _: &[JsValue], _: &mut Context) -> JsResult<Self> {
        Ok(Self)
    }
}

fn encode(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0);
    let text = if text.is_undefined() { String::new() } else { text.to_string(context)?.to_std_string_lossy() };
    bytes::make(text.as_bytes(), context)
}

fn encode_into(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = args.get_or_undefined(0).to_string(context)?.to_std_string_lossy();
    let array = args.get_or_undefined(1).as_object().filter(|array| JsUint8Array::from_object(array.clone()).is_ok());
    let view = array.map(|array| View::of(&array, context)).transpose()?.flatten();
    let Some(view) = view else {
        return Err(JsNativeError::typ().with_message("TextEncoder.encodeInto needs a Uint8Array").into());
    };
    let written = text.floor_char_boundary(view.length);
    let fits = text.get(..written).unwrap_or_default();
    view.write(fits.as_bytes());
    let told = JsObject::with_object_proto(context.intrinsics());
    told.create_data_property_or_throw(js_string!("read"), fits.encode_utf16().count(), context)?;
    told.create_data_property_or_throw(js_string!("written"), written, context)?;
    Ok(told.into())
}

#[derive(Trace, Finalize, JsData)]
struct TextDecoder {
    #[unsafe_ignore_trace]
    encoding: &'static Encoding,
    fatal: bool,
    ignore_bom: bool,
    /// The decoder between two chunks of one text.
    #[unsafe_ignore_trace]
    state: Option<Decoder>,
}

impl Class for TextDecoder {
    const NAME: &'static str = "TextDecoder";
    const ATTRIBUTES: Attribute = CLASS;

    fn init(class: &mut ClassBuilder<'_>) -> JsResult<()> {
        tag(class, Self::NAME);
        methods(class, &[("decode", 0, decode)]);
        accessors(
            class,
            &[
                (
                    "encoding",
                    |this, _, _| {
                        let name = with(this, |decoder| decoder.encoding.name().to_ascii_lowercase())?;
                        Ok(JsString::from(name).into())
                    },
                    None,
                ),
                ("fatal", |this, _, _| with(this, |decoder| decoder.fatal.into()), None),
                ("ignoreBOM", |this, _, _| with(this, |decoder| decoder.ignore_bom.into()), None),
            ],
        );
        Ok(())
    }

    fn data_constructor(_: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<Self> {
        let label = args.get_or_undefined(0);
        let encoding = if label.is_undefined() {
            UTF_8
        } else {
            let label = label.to_string(context)?.to_std_string_lossy();
            Encoding::for_label_no_replacement(label.as_bytes()).ok_or_else(|| {
                let label: String = label.chars().take(100).collect();
                JsNativeError::range().with_message(format!("TextDecoder: unknown encoding `{label}`"))
            })?
        };
        let (fatal, ignore_bom) = match args.get_or_undefined(1).as_object() {
            None => (false, false),
            Some(options) => (
                options.get(js_string!("fatal"), context)?.to_boolean(),
                options.get(js_string!("ignoreBOM"), context)?.to_boolean(),
            ),
        };
        Ok(Self { encoding, fatal, ignore_bom, state: None })
    }
}

impl TextDecoder {
    fn decode(&mut self, bytes: &[u8], more: bool) -> Option<String> {
        let fresh = || {
            if self.ignore_bom {
                self.encoding.new_decoder_without_bom_handling()
            } else {
                self.encoding.new_decoder_with_bom_removal()
            }
        };
        let mut decoder = self.state.take().unwrap_or_else(fresh);
        let longest = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len());
        let mut text = String::with_capacity(longest);
        if self.fatal {
            let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, !more);
            if matches!(result, DecoderResult::Malformed(..)) {
                return None;
            }
        } else {
            // The buffer is large enough, so it decodes to the end.
            let _ = decoder.decode_to_string(bytes, &mut text, !more);
        }
        self.state = more.then_some(decoder);
        Some(text)
    }
}

fn decode(this: &JsValue, args: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let given = args.get_or_undefined(0);
    let bytes = match given.as_object() {
        None if given.is_undefined() => Vec::new(),
        object => {
            let view = object.map(|object| View::of(&object, context)).transpose()?.flatten();
            let wrong =
                || JsNativeError::typ().with_message("TextDecoder.decode needs an ArrayBuffer or a view of one");
            view.ok_or_else(wrong)?.to_vec()
        }
    };
    let more = match args.get_or_undefined(1).as_object() {
        Some(options) => options.get(js_string!("stream"), context)?.to_boolean(),
        None => false,
    };
    match with(this, |decoder| decoder.decode(&bytes, more))? {
        Some(text) => Ok(JsString::from(text).into()),
        None => Err(JsNativeError::typ().with_message("TextDecoder: the bytes are not valid in this encoding").into()),
    }
}

fn with<T>(this: &JsValue, work: impl FnOnce(&mut TextDecoder) -> T) -> JsResult<T> {
    let object = this.as_object();
    let decoder = object.as_ref().and_then(JsObject::downcast_mut::<TextDecoder>);
    let mut decoder = decoder.ok_or_else(|| JsNativeError::typ().with_message("this is not a TextDecoder"))?;
    Ok(work(&mut decoder))
}
