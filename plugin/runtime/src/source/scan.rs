//! Scans JavaScript text into words, brackets and other signs, without strings, comments and regular expressions.

/// A token of the scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'s> {
    /// An identifier, keyword or number.
    Word(&'s str),
    /// `(`, `[`, `{` or `${`.
    Open(char),
    /// `)`, `]` or `}`.
    Close,
    /// Any other sign; a literal is reported as `'"'`.
    Other(char),
}

/// Iterates over the tokens of a source with their byte offsets.
#[derive(Debug)]
pub(crate) struct Tokens<'s> {
    source: &'s str,
    at: usize,
    /// For each open bracket: whether it is the `${` of a template.
    open: Vec<bool>,
    /// Whether a `/` here would begin a regular expression.
    operand_next: bool,
}

impl<'s> Tokens<'s> {
    /// Starts at the beginning of a source.
    #[must_use]
    pub(crate) fn new(source: &'s str) -> Self {
        Self { source, at: 0, open: Vec::new(), operand_next: true }
    }

    fn byte(&self, offset: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + offset).copied()
    }

    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn skip_past(&mut self, end: &str) {
        self.at = self.rest().find(end).map_or(self.source.len(), |found| self.at + found + end.len());
    }

    /// Skips a quoted literal after its opening quote. A line break ends it, as in a broken source.
    fn skip_quoted(&mut self, quote: u8) {
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => return,
                _ if byte == quote => return,
                _ => {}
            }
        }
    }

    /// Skips template text; returns true if it stopped after a `${`.
    fn skip_template(&mut self) -> bool {
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => return false,
                b'$' if self.byte(0) == Some(b'{') => {
                    self.at += 1;
                    return true;
                }
                _ => {}
            }
        }
        false
    }

    /// Skips a regular expression after its opening slash.
    fn skip_regex(&mut self) {
        let mut in_class = false;
        while let Some(byte) = self.byte(0) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => in_class = true,
                b']' => in_class = false,
                b'/' if !in_class => return,
                b'\n' => return,
                _ => {}
            }
        }
    }

    fn word(&mut self) -> Token<'s> {
        let rest = self.rest();
        let len = rest.find(|sign: char| !is_word(sign)).unwrap_or(rest.len());
        self.at += len;
        self.operand_next = precedes_operand(&rest[..len]);
        Token::Word(&rest[..len])
    }

    fn open(&mut self, sign: char, template: bool) -> Token<'s> {
        self.open.push(template);
        self.operand_next = true;
        Token::Open(sign)
    }

    fn literal(&mut self) -> Token<'s> {
        self.operand_next = false;
        Token::Other('"')
    }

    fn close(&mut self, sign: char) -> Token<'s> {
        let template = self.open.pop().unwrap_or_default();
        if template && self.skip_template() {
            // The text between two substitutions: one closes, the next opens.
            self.open.push(true);
            self.operand_next = true;
            return Token::Other('"');
        }
        // After `}` a regular expression is more likely than a division: blocks are more common than objects there.
        self.operand_next = sign == '}' && !template;
        Token::Close
    }
}

impl<'s> Iterator for Tokens<'s> {
    type Item = (usize, Token<'s>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // An escape before a multi-byte character leaves `at` inside of it.
            while self.at < self.source.len() && !self.source.is_char_boundary(self.at) {
                self.at += 1;
            }
            let start = self.at;
            let sign = self.rest().chars().next()?;
            if is_word(sign) {
                return Some((start, self.word()));
            }
            let after = self.byte(1);
            self.at += sign.len_utf8();
            let token = match sign {
                '/' if after == Some(b'/') => {
                    self.skip_past("\n");
                    continue;
                }
                '/' if after == Some(b'*') => {
                    self.at += 1;
                    self.skip_past("*/");
                    continue;
                }
                '/' if self.operand_next => {
                    self.skip_regex();
                    self.literal()
                }
                '"' | '\'' => {
                    self.skip_quoted(sign as u8);
                    self.literal()
                }
                '`' if self.skip_template() => self.open('{', true),
                '`' => self.literal(),
                '(' | '[' | '{' => self.open(sign, false),
                ')' | ']' | '}' => self.close(sign),
                _ if sign.is_whitespace() => continue,
                _ => {
                    self.operand_next = true;
                    Token::Other(sign)
                }
            };
            return Some((start, token));
        }
    }
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_' || sign == '$'
}

/// Whether an operand follows this keyword, so that a slash begins a regular expression.
fn precedes_operand(word: &str) -> bool {
    matches!(
        word,
        "return"
            | "typeof"
            | "case"
            | "in"
            | "of"
            | "delete"
            | "void"
            | "throw"
            | "new"
            | "else"
            | "do"
            | "await"
            | "yield"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn depth(source: &str) -> (usize, usize) {
        let (mut depth, mut most) = (0usize, 0);
        for (_, token) in Tokens::new(source) {
            match token {
                Token::Open(_) => depth += 1,
                Token::Close => depth -= 1,
                Token::Word(_) | Token::Other(_) => {}
            }
            most = most.max(depth);
        }
        (depth, most)
    }

    #[test]
    fn brackets_in_literals_and_comments_do_not_count() {
        assert_eq!(depth(r#"f("((", '[[', `{{`, /[(]\//) // (((("#), (0, 1));
        assert_eq!(depth("/* ((( */ a = b / c; x = '\\'('"), (0, 0));
        assert_eq!(depth("return /((/.test(x)"), (0, 1));
    }

    #[test]
    fn templates_nest() {
        assert_eq!(depth("`a ${f(`b ${c} d`)} e ${[1]} (`"), (0, 3));
    }

    #[test]
    fn scanning_broken_text_terminates() {
        for source in ["'", "`${", "/*", "/[", "\\", "'\\", "`\\", "\"\\é"] {
            let _ = Tokens::new(source).count();
        }
    }

    #[test]
    fn tokens_end_at_character_boundaries() {
        assert_eq!(depth("const имя = 'é' + `ü${'ß'}`;"), (0, 1));
    }
}
