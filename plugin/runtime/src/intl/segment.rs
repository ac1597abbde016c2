//! Boundaries of letters, words and sentences: `Intl.Segmenter`. Languages without spaces between words (Chinese, Japanese,
//! Thai) would need dictionaries of megabytes; a run of their text is returned as one word.

use icu_segmenter::{
    GraphemeClusterSegmenter, SentenceSegmenter, WordSegmenter,
    options::{SentenceBreakInvariantOptions, WordBreakInvariantOptions},
};

/// The kind of pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Granularity {
    Grapheme,
    Word,
    Sentence,
}

/// The end of a piece in UTF-16 code units, and whether it is a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) end: usize,
    pub(crate) is_word: bool,
}

/// Returns the pieces of a text, which cover it completely.
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
    // The first boundary is the beginning of the text.
    found.retain(|segment| segment.end > 0);
    found
}
