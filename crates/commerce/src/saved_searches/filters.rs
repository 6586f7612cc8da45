//! The parts of a query: what it says of fields, and its words.

/// What a query says of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchFilter {
    /// The field; `_not` at its end when the value is shut out.
    pub key: String,
    /// The value.
    pub value: String,
}

/// What a query says of fields, and the words that stand alone.
#[must_use]
pub fn parts(query: &str) -> (Vec<SearchFilter>, String) {
    let mut filters = Vec::new();
    let mut words = Vec::new();
    for token in tokens(query) {
        let (shut_out, rest) = match token.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, token.as_str()),
        };
        match rest.split_once(':') {
            Some((key, value)) if is_name(key) && !value.is_empty() => {
                let suffix = if shut_out { "_not" } else { "" };
                filters.push(SearchFilter {
                    key: format!("{key}{suffix}"),
                    value: value.trim_matches(['"', '\'']).to_owned(),
                });
            }
            _ if token == "AND" => {}
            _ => words.push(token),
        }
    }
    (filters, words.join(" "))
}

fn is_name(key: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    !key.is_empty() && key.chars().all(fits)
}

/// The query at its spaces, but for those between quotes.
fn tokens(query: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut quote = None;
    for c in query.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() => {
                tokens.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = tokens.last_mut() {
            last.push(c);
        }
    }
    tokens.retain(|token| !token.is_empty());
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_parted_into_filters_and_words() {
        let (filters, words) = parts("blue status:active AND -tag:\"old stock\" mug");
        let found: Vec<(&str, &str)> = filters
            .iter()
            .map(|own| (own.key.as_str(), own.value.as_str()))
            .collect();
        assert_eq!(found, [("status", "active"), ("tag_not", "old stock")]);
        assert_eq!(words, "blue mug");
        assert_eq!(parts("  ").0, []);
    }
}
