//! A template's text in tokens: plain text, `{{ outputs }}` and `{% tags %}`.

use memchr::{memchr, memchr2, memmem};

use super::{is_space, is_word, line_breaks};

/// Yields the tokens of a template, or the lines of a `liquid` tag.
#[derive(Debug)]
pub(crate) struct Tokens<'s> {
    source: &'s str,
    at: usize,
    line: u32,
    by_line: bool,
}

/// A tag, taken apart.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TagToken<'s> {
    pub(crate) name: &'s str,
    pub(crate) markup: &'s str,
    /// Lines that break between the tag's start and its markup.
    pub(crate) breaks: u32,
}

impl<'s> Tokens<'s> {
    pub(crate) fn of_template(source: &'s str) -> Self {
        Tokens {
            source,
            at: 0,
            line: 1,
            by_line: false,
        }
    }

    pub(crate) fn of_liquid_tag(markup: &'s str, line: u32) -> Self {
        Tokens {
            source: markup,
            at: 0,
            line,
            by_line: true,
        }
    }

    /// The line on which the next token starts.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Whether these are the lines of a `liquid` tag.
    pub(crate) fn by_line(&self) -> bool {
        self.by_line
    }

    fn take(&mut self, end: usize) -> &'s str {
        let token = &self.source[self.at..end];
        self.at = end;
        token
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Option<&'s str> {
        if self.at >= self.source.len() {
            return None;
        }
        if self.by_line {
            let rest = &self.source.as_bytes()[self.at..];
            let end = memchr(b'\n', rest).map_or(self.source.len(), |found| self.at + found);
            let token = self.take(end);
            self.at = (end + 1).min(self.source.len());
            self.line += 1;
            return Some(token);
        }
        let token = match self.source.as_bytes()[self.at..] {
            [b'{', b'%', ..] => self.tag(self.at),
            [b'{', b'{', ..] => self.output(),
            _ => self.text(),
        };
        self.line += line_breaks(token);
        Some(token)
    }

    fn text(&mut self) -> &'s str {
        let bytes = self.source.as_bytes();
        let mut from = self.at;
        while let Some(found) = memchr(b'{', &bytes[from..]) {
            let brace = from + found;
            if brace > self.at && matches!(bytes.get(brace + 1), Some(b'{' | b'%')) {
                return self.take(brace);
            }
            from = brace + 1;
        }
        self.take(self.source.len())
    }

    /// A tag that starts at `from`; where it has no end, its start alone is the
    /// token and the rest is lost.
    fn tag(&mut self, from: usize) -> &'s str {
        let rest = &self.source.as_bytes()[from + 2..];
        match memmem::find(rest, b"%}") {
            Some(found) => self.take(from + 2 + found + 2),
            None => {
                self.at = self.source.len();
                "{%"
            }
        }
    }

    /// An output ends at `}}`, or (wrongly) at a single brace; a tag that
    /// starts inside of it swallows it.
    fn output(&mut self) -> &'s str {
        let bytes = self.source.as_bytes();
        let start = self.at;
        let mut from = start + 2;
        while let Some(found) = memchr2(b'{', b'}', bytes.get(from..).unwrap_or_default()) {
            let brace = from + found;
            match (bytes[brace], bytes.get(brace + 1)) {
                (b'}', Some(b'}')) => return self.take(brace + 2),
                (b'}', _) => return self.take(brace + 1),
                (_, Some(b'%')) => {
                    let rest = &bytes[brace + 2..];
                    let Some(found) = memmem::find(rest, b"%}") else {
                        break;
                    };
                    return self.take(brace + 2 + found + 2);
                }
                _ => from = brace + 1,
            }
        }
        self.at = self.source.len();
        "{{"
    }

    /// What is left, taken whole, up to the tag of that name; with the tag.
    /// The body includes whatever text the end tag's token starts with.
    pub(crate) fn raw_until(&mut self, end: &str) -> Option<(Vec<&'s str>, &'s str)> {
        let mut body = Vec::new();
        while let Some(token) = self.next() {
            if let Some((before, _)) = end_in(token, end) {
                body.push(before);
                return Some((body, token));
            }
            body.push(token);
        }
        None
    }
}

/// Looks for `{% name … %}` at the end of a token, which may hold anything in
/// front of it; the last such start counts.
pub(crate) fn end_in<'s>(token: &'s str, name: &str) -> Option<(&'s str, &'s str)> {
    if !token.ends_with("%}") {
        return None;
    }
    let mut before = token.len();
    while let Some(start) = token[..before].rfind("{%") {
        let inside = token[start + 2..]
            .strip_prefix('-')
            .unwrap_or(&token[start + 2..]);
        let inside = inside.trim_start_matches(|c: char| c.is_ascii() && is_space(c as u8));
        let word = inside.bytes().take_while(|byte| is_word(*byte)).count();
        if word > 0 {
            return (inside[..word] == *name).then(|| (&token[..start], &inside[word..]));
        }
        before = start;
    }
    None
}

/// Takes `{%- name markup -%}` apart.
pub(crate) fn parse_tag(token: &str) -> Option<TagToken<'_>> {
    let inside = token.strip_prefix("{%")?.strip_suffix("%}")?;
    let inside = inside.strip_prefix('-').unwrap_or(inside);
    let inside = inside.strip_suffix('-').unwrap_or(inside);
    let name_at = inside.bytes().position(|byte| !is_space(byte))?;
    let rest = &inside[name_at..];
    let name_len = match rest.as_bytes()[0] {
        b'#' => 1,
        _ => rest.bytes().take_while(|byte| is_word(*byte)).count(),
    };
    if name_len == 0 {
        return None;
    }
    let (name, rest) = rest.split_at(name_len);
    let markup_at = rest
        .bytes()
        .position(|byte| !is_space(byte))
        .unwrap_or(rest.len());
    Some(TagToken {
        name,
        markup: &rest[markup_at..],
        breaks: line_breaks(&inside[..name_at]) + line_breaks(&rest[..markup_at]),
    })
}

/// Takes a line of a `liquid` tag apart.
pub(crate) fn parse_line(line: &str) -> Option<TagToken<'_>> {
    let line = super::trim(line);
    let name_len = match line.as_bytes().first()? {
        b'#' => 1,
        _ => line.bytes().take_while(|byte| is_word(*byte)).count(),
    };
    if name_len == 0 {
        return None;
    }
    let (name, markup) = line.split_at(name_len);
    Some(TagToken {
        name,
        markup: super::trim(markup),
        breaks: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(source: &str) -> Vec<&str> {
        let mut tokens = Tokens::of_template(source);
        std::iter::from_fn(|| tokens.next()).collect()
    }

    #[test]
    fn a_template_comes_in_texts_outputs_and_tags() {
        assert_eq!(
            tokens("a{{ b }}c{% d %}e"),
            ["a", "{{ b }}", "c", "{% d %}", "e"]
        );
        assert_eq!(tokens("{ {a}} }}"), ["{ {a}} }}"]);
        assert_eq!(tokens("{{ a }b"), ["{{ a }", "b"]);
        assert_eq!(tokens("{{ a {% b %}c"), ["{{ a {% b %}", "c"]);
        assert_eq!(tokens("a{{ b"), ["a", "{{"]);
        assert_eq!(tokens("a{% b"), ["a", "{%"]);
        assert_eq!(tokens("{{}}"), ["{{}}"]);
    }

    #[test]
    fn lines_are_counted() {
        let mut tokens = Tokens::of_template("a\n\n{{ b\n }}\n");
        assert_eq!((tokens.line(), tokens.next()), (1, Some("a\n\n")));
        assert_eq!((tokens.line(), tokens.next()), (3, Some("{{ b\n }}")));
        assert_eq!((tokens.line(), tokens.next()), (4, Some("\n")));
    }

    #[test]
    fn tags_are_taken_apart() {
        let tag = parse_tag("{%-\n if \n a == b -%}").unwrap();
        assert_eq!((tag.name, tag.markup, tag.breaks), ("if", "a == b ", 2));
        assert!(parse_tag("{% @ %}").is_none());
        assert_eq!(parse_tag("{%# note %}").unwrap().name, "#");
    }
}
