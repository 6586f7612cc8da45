//! A text that is being written, and never grows past its limit.

/// Where filters and tags write.
///
/// Writing never fails; what would go past the limit is left out and
/// remembered, and the renderer stops with an error at its next step.
#[derive(Debug)]
pub struct Out {
    text: String,
    limit: usize,
    full: bool,
}

impl Out {
    pub(crate) fn new(limit: usize) -> Self {
        Out {
            text: String::new(),
            limit,
            full: false,
        }
    }

    /// Makes room for so many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes.min(self.limit));
    }

    /// Writes a text in small letters, as far as they are ASCII's.
    pub(crate) fn push_ascii_lowercase(&mut self, text: &str) {
        let start = self.text.len();
        self.push_str(text);
        self.text[start..].make_ascii_lowercase();
    }

    /// Writes a text in large letters, as far as they are ASCII's.
    pub(crate) fn push_ascii_uppercase(&mut self, text: &str) {
        let start = self.text.len();
        self.push_str(text);
        self.text[start..].make_ascii_uppercase();
    }

    pub(crate) fn unlimited() -> Self {
        Out::new(usize::MAX)
    }

    /// Writes a text.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if text.len() > self.limit - self.text.len() {
            self.full = true;
            return;
        }
        self.text.push_str(text);
    }

    /// Writes a character.
    #[inline]
    pub fn push(&mut self, letter: char) {
        if letter.len_utf8() > self.limit - self.text.len() {
            self.full = true;
            return;
        }
        self.text.push(letter);
    }

    /// How many bytes have been written.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// What has been written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    /// Takes back what was written behind a place.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
    }

    /// Empties the text, keeping its room; the room left shrinks by as much.
    pub(crate) fn drain(&mut self) {
        self.limit -= self.text.len();
        self.text.clear();
    }

    /// Empties the text for another use, with another limit.
    pub(crate) fn reset(&mut self, limit: usize) {
        self.text.clear();
        self.limit = limit;
        self.full = false;
    }
}

impl std::fmt::Write for Out {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}
