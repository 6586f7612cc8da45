//! Lists by the page: what is asked for, and the links to what comes next.

use maud::{Markup, html};
use serde::Deserialize;
use store::page::{Page, Window};

/// Rows on one page.
pub(crate) const ROWS: usize = 30;

/// What may stand behind a list's address.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Asked {
    /// A search.
    #[serde(default)]
    pub(crate) query: String,
    /// One of the list's tabs.
    #[serde(default)]
    pub(crate) tab: String,
    /// Only what follows this cursor.
    pub(crate) after: Option<String>,
    /// Only what precedes this cursor.
    pub(crate) before: Option<String>,
}

impl Asked {
    /// The window on a list that shows its newest first.
    pub(crate) fn newest_first(&self) -> Window<'_> {
        Window {
            reverse: true,
            ..self.in_order()
        }
    }

    /// The window on a list in its own order.
    pub(crate) fn in_order(&self) -> Window<'_> {
        let after = self.after.as_deref().filter(|cursor| !cursor.is_empty());
        let before = self.before.as_deref().filter(|cursor| !cursor.is_empty());
        Window {
            limit: ROWS,
            after: after.filter(|_| before.is_none()),
            before,
            backwards: before.is_some(),
            reverse: false,
        }
    }
}

/// Links to the pages before and after.
pub(crate) fn pager<T>(path: &str, asked: &Asked, page: &Page<T>) -> Markup {
    let link = |which: &str, cursor: &str| {
        let mut link = format!("{path}?{which}={}", encoded(cursor));
        for (name, value) in [("query", &asked.query), ("tab", &asked.tab)] {
            if !value.is_empty() {
                link.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        link
    };
    let previous = page.cursors.first().filter(|_| page.has_previous_page);
    let next = page.cursors.last().filter(|_| page.has_next_page);
    html! {
        @if previous.is_some() || next.is_some() {
            nav.pager aria-label="Pages" {
                @match previous { Some(cursor) => a.button.quiet href=(link("before", cursor)) rel="prev" { "Previous" }, None => span {} }
                @match next { Some(cursor) => a.button.quiet href=(link("after", cursor)) rel="next" { "Next" }, None => span {} }
            }
        }
    }
}

/// A text as it may stand in the query of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_encoded_for_an_address() {
        assert_eq!(encoded("a b&c=ü"), "a%20b%26c%3D%C3%BC");
    }

    #[test]
    fn going_back_reads_the_list_from_its_end() {
        let asked = Asked {
            before: Some("x".to_owned()),
            ..Asked::default()
        };
        let window = asked.newest_first();
        assert!(window.backwards && window.reverse && window.after.is_none());
    }
}
