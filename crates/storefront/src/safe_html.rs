//! Descriptions come from merchants and import files: only harmless markup of theirs is kept.

/// Elements that are kept, without their attributes.
const KEPT: [&str; 30] = [
    "p",
    "br",
    "b",
    "strong",
    "i",
    "em",
    "u",
    "s",
    "small",
    "sub",
    "sup",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
    "hr",
];
/// Elements that go with all that is in them.
const DROPPED: [&str; 7] = [
    "script", "style", "iframe", "object", "template", "svg", "noscript",
];
/// A description beyond this is cut.
const BYTES_MAX: usize = 256 * 1024;
/// Elements within one another; those deeper lose their markup.
const OPEN_MAX: usize = 64;

/// A part of a text.
enum Piece<'a> {
    /// Words, to be escaped.
    Text(&'a str),
    /// A tag, a comment or a declaration.
    Tag(Tag<'a>),
}

/// The text with harmless elements kept bare, all others taken off, and every sign that is no
/// part of a kept element escaped. Kept elements are closed where the text forgot to.
pub(crate) fn kept(text: &str) -> String {
    let text = cut(text);
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<&'static str> = Vec::new();
    read(text, |piece| match piece {
        Piece::Text(text) => escape(text, &mut out),
        Piece::Tag(tag) => {
            if let Some(name) = KEPT.iter().find(|name| tag.is(name)) {
                write(name, tag.closes, &mut open, &mut out);
            } else if tag.is("a") {
                link(&tag, &mut open, &mut out);
            } else if tag.is("img") {
                image(&tag, &mut out);
            }
        }
    });
    while let Some(name) = open.pop() {
        close(name, &mut out);
    }
    out
}

/// The text's words alone, without any markup, for a short line; what it says is escaped by
/// whoever writes it.
pub(crate) fn words(text: &str) -> String {
    let mut out = String::new();
    read(cut(text), |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Tag(_) => out.push(' '),
    });
    let plain = out
        .replace("&nbsp;", " ")
        .replace("&quot;", "\"")
        .replace("&#39;", "'");
    let plain = plain
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<&str>>().join(" ")
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Reads a text piece by piece, elements that are dropped left out with all that is in them.
///
/// Gives how many bytes were looked at while tags and their ends were sought: a small multiple of
/// the text's length, whatever the text. Anybody's view of a page reads it.
fn read<'a>(text: &'a str, mut take: impl FnMut(Piece<'a>)) -> usize {
    let mut looked = 0;
    let mut text = text;
    while let Some(at) = text.find('<') {
        looked += at;
        take(Piece::Text(&text[..at]));
        let rest = &text[at..];
        let tag = match Tag::read(rest) {
            Found::Tag(tag) => tag,
            Found::Sign => {
                looked += 1;
                take(Piece::Text(&rest[..1]));
                text = &rest[1..];
                continue;
            }
            // Nothing after it can be a tag: all is inside this one.
            Found::Endless => {
                looked += rest.len();
                text = rest;
                break;
            }
        };
        looked += tag.length;
        text = &rest[tag.length..];
        if !tag.closes && DROPPED.iter().any(|name| tag.is(name)) {
            let after = after_closing(text, tag.name);
            looked += text.len() - after.len();
            text = after;
        }
        take(Piece::Tag(tag));
    }
    take(Piece::Text(text));
    looked
}

struct Tag<'a> {
    name: &'a str,
    /// What stands behind the name.
    attributes: &'a str,
    closes: bool,
    length: usize,
}

/// What a `<` begins.
enum Found<'a> {
    Tag(Tag<'a>),
    /// Nothing: it is a sign of the text.
    Sign,
    /// A tag without an end.
    Endless,
}

impl<'a> Tag<'a> {
    /// A tag, a comment or a declaration at the start of `text`; comments have no name.
    fn read(text: &'a str) -> Found<'a> {
        if let Some(rest) = text.strip_prefix("<!--") {
            let length = rest.find("-->").map_or(text.len(), |end| 4 + end + 3);
            return Found::Tag(Self {
                name: "",
                attributes: "",
                closes: false,
                length,
            });
        }
        let Some(inner) = text.strip_prefix('<') else {
            return Found::Sign;
        };
        let (closes, inner) = match inner.strip_prefix('/') {
            Some(rest) => (true, rest),
            None => (false, inner.strip_prefix('!').unwrap_or(inner)),
        };
        let name = name(inner);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Found::Sign;
        }
        let Some(end) = end_of_tag(inner) else {
            return Found::Endless;
        };
        Found::Tag(Self {
            name,
            attributes: &inner[name.len()..end],
            closes,
            length: text.len() - inner.len() + end + 1,
        })
    }

    fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value of an attribute.
    fn attribute(&self, wanted: &str) -> Option<&'a str> {
        let mut rest = self.attributes;
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
            if rest.is_empty() {
                return None;
            }
            let ends = rest
                .find(|c: char| c.is_whitespace() || c == '=')
                .unwrap_or(rest.len());
            let (name, after) = rest.split_at(ends);
            let value = match after.trim_start().strip_prefix('=') {
                None => {
                    rest = after;
                    ""
                }
                Some(value) => {
                    let value = value.trim_start();
                    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
                    let (value, left) = match quote {
                        Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
                        None => {
                            value.split_at(value.find(char::is_whitespace).unwrap_or(value.len()))
                        }
                    };
                    rest = left;
                    value
                }
            };
            if name.eq_ignore_ascii_case(wanted) {
                return Some(value);
            }
            if name.is_empty() && value.is_empty() {
                return None;
            }
        }
    }
}

/// A link to an address that a browser only opens.
fn link(tag: &Tag<'_>, open: &mut Vec<&'static str>, out: &mut String) {
    if tag.closes {
        write("a", true, open, out);
        return;
    }
    let starts = ["https://", "http://", "/", "#", "mailto:", "tel:"];
    let Some(href) = tag.attribute("href").filter(|href| is_plain(href, &starts)) else {
        return;
    };
    if open.len() >= OPEN_MAX {
        return;
    }
    out.push_str("<a href=\"");
    escape(href, out);
    out.push_str("\">");
    open.push("a");
}

/// A picture of the shop's or from the web.
fn image(tag: &Tag<'_>, out: &mut String) {
    let starts = ["https://", "http://", "/"];
    let Some(src) = tag.attribute("src").filter(|src| is_plain(src, &starts)) else {
        return;
    };
    out.push_str("<img src=\"");
    escape(src, out);
    out.push_str("\" alt=\"");
    escape(tag.attribute("alt").unwrap_or_default(), out);
    out.push_str("\" loading=\"lazy\">");
}

fn is_plain(address: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| address.starts_with(start))
        && !address
            .chars()
            .any(|c| c.is_control() || matches!(c, '"' | '\'' | '<' | '>' | ' '))
}

fn name(inner: &str) -> &str {
    let ends = inner.find(|c: char| !c.is_ascii_alphanumeric());
    &inner[..ends.unwrap_or(inner.len())]
}

/// Where the tag's `>` stands, quoted attributes skipped.
fn end_of_tag(inner: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in inner.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// What follows the closing tag of `closed`; nothing when it is never closed.
fn after_closing<'a>(text: &'a str, closed: &str) -> &'a str {
    let inner = text
        .match_indices("</")
        .map(|(at, _)| &text[at + 2..])
        .find(|inner| name(inner).eq_ignore_ascii_case(closed));
    let end = inner.and_then(|inner| Some(&inner[end_of_tag(inner)? + 1..]));
    end.unwrap_or("")
}

fn write(name: &'static str, closes: bool, open: &mut Vec<&'static str>, out: &mut String) {
    let empty = matches!(name, "br" | "hr");
    if !closes {
        if !empty && open.len() >= OPEN_MAX {
            return;
        }
        out.push('<');
        out.push_str(name);
        out.push('>');
        if !empty {
            open.push(name);
        }
        return;
    }
    let Some(depth) = open.iter().rposition(|each| *each == name) else {
        return;
    };
    while open.len() > depth {
        if let Some(inner) = open.pop() {
            close(inner, out);
        }
    }
}

fn close(name: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Signs of markup escaped; entities that the text has are left as they are.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harmless_markup_is_kept_bare() {
        assert_eq!(
            kept("<p class='x'>One<br/>two &amp; <B>three</B></p>"),
            "<p>One<br>two &amp; <b>three</b></p>"
        );
        assert_eq!(kept("a <a href=\"javascript:x\">link</a>"), "a link");
        assert_eq!(
            kept("<a class=x href='/pages/about' onclick=y>us</a>"),
            "<a href=\"/pages/about\">us</a>"
        );
        assert_eq!(
            kept("<img onerror=x src=\"https://x/a.png\" alt='A &quot;cup&quot;'>"),
            "<img src=\"https://x/a.png\" alt=\"A &quot;cup&quot;\" loading=\"lazy\">"
        );
    }

    #[test]
    fn nothing_runs() {
        for text in [
            "<script>alert(1)</script>",
            "<SCRIPT src='//x'></SCRIPT >",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)><p>",
            "<p onclick='x()'>",
            "<<script>script>alert(1)</script>",
            "<p title='>'onmouseover=x>",
            "<style>*{}</style>",
            "<!-- <script> -->",
        ] {
            let kept = kept(text).to_lowercase();
            assert!(
                !kept.contains("<script") && !kept.contains("<svg") && !kept.contains("<style"),
                "{kept}"
            );
            assert!(
                !kept.contains("onerror=alert(1)>") && !kept.contains("<p on"),
                "{kept}"
            );
        }
    }

    #[test]
    fn words_are_read_without_markup() {
        assert_eq!(
            words("<p>One&nbsp;<b>two</b></p><script>x</script> &amp; 3"),
            "One two & 3"
        );
    }

    #[test]
    fn what_was_left_open_is_closed_and_what_was_not_opened_is_dropped() {
        assert_eq!(kept("<ul><li>x"), "<ul><li>x</li></ul>");
        assert_eq!(kept("</div></p>x"), "x");
        assert_eq!(kept("1 < 2"), "1 &lt; 2");
        assert_eq!(kept("x <b"), "x &lt;b");
    }

    #[test]
    fn no_text_takes_more_work_than_it_is_long() {
        const TIMES: usize = 20_000;
        let hostile = [
            format!("{}{}", "<b>".repeat(TIMES), "</i>".repeat(TIMES)),
            "<a \"".repeat(TIMES),
            format!("{}x", "<a '".repeat(TIMES + 1)),
            "<script>".repeat(TIMES),
            format!("<script>{}", "</x \"".repeat(TIMES)),
            format!("<script>{}", "</script \"".repeat(TIMES)),
            "<script></script>".repeat(TIMES / 2),
            "<!--".repeat(TIMES),
            "</".repeat(TIMES),
            "<".repeat(TIMES),
        ];
        for text in hostile {
            let (text, shown) = (cut(&text), &text[..20]);
            let looked = read(text, |_| {});
            assert!(
                looked <= 2 * text.len(),
                "{shown}: {looked} of {}",
                text.len()
            );
            assert!(kept(text).len() <= 6 * text.len() + 8 * OPEN_MAX, "{shown}");
        }
    }

    #[test]
    fn elements_nest_up_to_a_bound() {
        let kept = kept(&"<b>".repeat(1_000));
        assert_eq!(kept.matches("<b>").count(), OPEN_MAX);
        assert_eq!(kept.matches("</b>").count(), OPEN_MAX);
    }
}
