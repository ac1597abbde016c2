//! Where letters, words and sentences end: `Intl.Segmenter`. Words of languages that write without spaces (Chinese,
//! Japanese, Thai) would need dictionaries of megabytes and come as one word.

use icu_segmenter::{
    GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter,
    options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions},
};

/// What a text is cut into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Granularity {
    Grapheme,
    Word,
    Sentence,
}

/// Where a piece ends, in units of UTF-16, and whether it is a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) end: usize,
    pub(crate) is_word: bool,
}

/// The pieces of a text; together they are the whole of it.
pub(crate) fn segments(text: &[u16], granularity: Granularity) -> Vec<Segment> {
    let ends = |end: usize| Segment { end, is_word: false };
    let mut found: Vec<Segment> = match granularity {
        Granularity::Grapheme => GraphemeClusterSegmenter::new().segment_utf16(text).map(ends).collect(),
        Granularity::Sentence => {
            SentenceSegmenter::new(SentenceBreakInvariantOptions::default()).segment_utf16(text).map(ends).collect()
        }
        Granularity::Word => WordSegmenter::new_for_non_complex_scripts(WordBreakInvariantOptions::default())
            .segment_utf16(text)
            .iter_with_word_type()
            .map(|(end, kind)| Segment { end, is_word: kind.is_word_like() })
            .collect(),
    };
    // The first boundary is the text's beginning.
    found.retain(|segment| segment.end > 0);
    found
}
