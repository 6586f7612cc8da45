//! The words that a product is found by.

use std::collections::BTreeMap;

use store::{StoreError, Tx};
use units::words;

use super::sheet::Sheet;

/// Words of a description that are kept, at most.
const DESCRIPTION_WORDS_MAX: usize = 300;
/// Words of a product that are kept, at most.
const WORDS_MAX: usize = 2_000;

const IN_TITLE: i64 = 8;
const IN_FACTS: i64 = 4;
const IN_DESCRIPTION: i64 = 1;

/// Every word with its weight: the heaviest of the places that it stands in.
pub(super) fn of(sheet: &Sheet) -> BTreeMap<String, i64> {
    let mut terms = BTreeMap::new();
    let mut add = |text: &str, weight: i64, most: usize| {
        for word in words(text).take(most) {
            if terms.len() >= WORDS_MAX {
                return;
            }
            let held = terms.entry(word).or_insert(0);
            *held = weight.max(*held);
        }
    };
    add(&sheet.product.title, IN_TITLE, WORDS_MAX);
    add(&sheet.product.vendor, IN_FACTS, WORDS_MAX);
    add(&sheet.product.product_type, IN_FACTS, WORDS_MAX);
    for tag in &sheet.tags {
        add(tag, IN_FACTS, WORDS_MAX);
    }
    for variant in &sheet.variants {
        add(&variant.sku, IN_FACTS, WORDS_MAX);
        add(&variant.barcode, IN_FACTS, WORDS_MAX);
        if !sheet.product.only_default_variant {
            add(&variant.title, IN_FACTS, WORDS_MAX);
        }
    }
    let description = plain_text(&sheet.product.description_html);
    add(&description, IN_DESCRIPTION, DESCRIPTION_WORDS_MAX);
    terms
}

/// Whether both sheets are found by the same words, because the texts are the same that these stand in.
pub(super) fn are_alike(one: &Sheet, other: &Sheet) -> bool {
    let (product, own) = (&one.product, &other.product);
    product.title == own.title
        && product.vendor == own.vendor
        && product.product_type == own.product_type
        && product.description_html == own.description_html
        && product.only_default_variant == own.only_default_variant
        && one.tags == other.tags
        && one.variants.len() == other.variants.len()
        && one
            .variants
            .iter()
            .zip(&other.variants)
            .all(|(one, other)| {
                one.sku == other.sku && one.barcode == other.barcode && one.title == other.title
            })
}

/// The words of products that begin with a text, in order, so many at most: a seek for each.
pub(super) fn terms_beginning(
    tx: &mut Tx,
    text: &str,
    most: i64,
) -> Result<Vec<String>, StoreError> {
    tx.all(
        "WITH RECURSIVE n (term, place) AS (
             SELECT MIN(a.term), 1 FROM search_terms a
              WHERE a.shop_id = $shop AND a.owner_kind = 'Product' AND a.term >= $1 AND a.term < $2
             UNION ALL
             SELECT (SELECT MIN(b.term) FROM search_terms b
                      WHERE b.shop_id = $shop AND b.owner_kind = 'Product'
                        AND b.term > n.term AND b.term < $2), n.place + 1
               FROM n
              WHERE n.term IS NOT NULL AND n.place < $3)
         SELECT n.term FROM n WHERE n.term IS NOT NULL",
        (text, beyond(text), most),
    )
}

/// The end of the words that begin with `word`.
pub(super) fn beyond(word: &str) -> String {
    format!("{word}\u{10FFFF}")
}

/// The text of an HTML description: tags, scripts and styles out, entities resolved, runs of
/// white space made one.
#[must_use]
pub fn plain_text(html: &str) -> String {
    let mut plain = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find('<') {
        push_text(&mut plain, &rest[..open]);
        rest = &rest[open..];
        let after = rest[1..].trim_start_matches('/');
        if !after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
            push_text(&mut plain, "&lt;");
            rest = &rest[1..];
            continue;
        }
        let hidden = ["script", "style"].into_iter().find(|name| {
            rest.get(1..=name.len())
                .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
        });
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if let Some(name) = hidden {
            closing(rest, name).and_then(|at| rest[at..].find('>').map(|end| at + end + 1))
        } else {
            rest.find('>').map(|at| at + 1)
        };
        // A tag parts words only where it makes a new line or box.
        let inline = [
            "b", "i", "em", "strong", "span", "a", "u", "sup", "sub", "small",
        ];
        let name_end = after
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(after.len());
        if !inline
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&after[..name_end]))
        {
            push_space(&mut plain);
        }
        rest = end.map_or("", |end| &rest[end..]);
    }
    push_text(&mut plain, rest);
    plain.truncate(plain.trim_end().len());
    plain
}

fn push_space(plain: &mut String) {
    if !plain.is_empty() && !plain.ends_with(' ') {
        plain.push(' ');
    }
}

/// Where the closing tag of `name` begins, in either case.
fn closing(html: &str, name: &str) -> Option<usize> {
    html.match_indices("</").map(|(at, _)| at).find(|at| {
        html.get(at + 2..at + 2 + name.len())
            .is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    })
}

fn push_text(plain: &mut String, text: &str) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            push_space(plain);
        } else if c == '&' {
            let (letter, length) = entity(rest);
            if letter.is_whitespace() {
                push_space(plain);
            } else {
                plain.push(letter);
            }
            rest = &rest[length..];
            continue;
        } else {
            plain.push(c);
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// The letter that the text begins with, and how long its entity is.
fn entity(text: &str) -> (char, usize) {
    const NAME_BYTES_MAX: usize = 10;
    let name = text
        .bytes()
        .take(NAME_BYTES_MAX)
        .position(|byte| byte == b';')
        .and_then(|end| text.get(1..end));
    let letter = name.and_then(|name| match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "hellip" => Some('…'),
        "rsquo" => Some('’'),
        "lsquo" => Some('‘'),
        "ldquo" => Some('“'),
        "rdquo" => Some('”'),
        "trade" => Some('™'),
        "copy" => Some('©'),
        "reg" => Some('®'),
        "deg" => Some('°'),
        "times" => Some('×'),
        "eacute" => Some('é'),
        name => {
            let digits = name.strip_prefix('#')?;
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => digits.parse().ok()?,
            };
            char::from_u32(code).filter(|letter| *letter != '\0')
        }
    });
    match (letter, name) {
        (Some(letter), Some(name)) => (letter, name.len() + 2),
        _ => ('&', 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_read_without_its_tags() {
        for (html, plain) in [
            ("", ""),
            (
                "<p>Oak <b>ta</b>ble.</p><p>Oiled&nbsp;by hand</p>",
                "Oak table. Oiled by hand",
            ),
            ("a<br/>b", "a b"),
            (
                "Fish &amp; chips &#8211; &#x41; &unknown; & more",
                "Fish & chips – A &unknown; & more",
            ),
            ("1 < 2 and <3", "1 < 2 and <3"),
            (
                "<style>p{color:red}</style>Text<script>x('<p>')</script>",
                "Text",
            ),
            ("<!-- no <b> -->yes", "yes"),
            ("cut <b", "cut"),
            ("größe &ö", "größe &ö"),
        ] {
            assert_eq!(plain_text(html), plain, "{html}");
        }
    }
}
