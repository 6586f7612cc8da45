//! Reading a query: terms, connectives, brackets, quotes.

use std::fmt;

/// Longer queries are read up to here.
const QUERY_CHARS_MAX: usize = 8_000;
/// Further terms are ignored.
const TERMS_MAX: usize = 200;
/// Deeper brackets are read as if they were not there.
const DEPTH_MAX: usize = 16;

/// A query as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// All of them.
    And(Vec<Expression>),
    /// Any of them.
    Or(Vec<Expression>),
    /// Not this.
    Not(Box<Expression>),
    /// One condition.
    Term(Term),
}

/// One condition: `field:value`, or words alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// The field's name; none for words alone.
    pub field: Option<String>,
    /// How the value is compared.
    pub comparison: Comparison,
    /// The value, or any of a comma list.
    pub wanted: Vec<Wanted>,
}

impl Term {
    /// Whether it is words alone, whole ones or beginnings, of which all must be there.
    #[must_use]
    pub fn is_of_words(&self) -> bool {
        let plain = |wanted: &Wanted| !wanted.open_start && !wanted.is_anything();
        self.field.is_none() && self.wanted.len() == 1 && self.wanted.iter().all(plain)
    }
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `f:v`
    Equal,
    /// `f:>v`
    Above,
    /// `f:>=v`
    AtLeast,
    /// `f:<v`
    Below,
    /// `f:<=v`
    AtMost,
}

/// A value: its text without quotes and stars.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// The text.
    pub text: String,
    /// Whether it stood in quotes: a phrase.
    pub quoted: bool,
    /// Whether anything may precede it (`*abc`).
    pub open_start: bool,
    /// Whether anything may follow it (`abc*`).
    pub open_end: bool,
}

impl Wanted {
    /// Whether it is a lone `*`: any value at all.
    #[must_use]
    pub fn is_anything(&self) -> bool {
        self.text.is_empty() && !self.quoted && (self.open_start || self.open_end)
    }
}

impl Comparison {
    /// The operator, in SQL as in a query.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Above => ">",
            Self::AtLeast => ">=",
            Self::Below => "<",
            Self::AtMost => "<=",
        }
    }
}

/// Reads a query; `None` when there is nothing in it.
#[must_use]
pub fn parse(query: &str) -> Option<Expression> {
    let chars: Vec<char> = query.chars().take(QUERY_CHARS_MAX).collect();
    let tokens = tokens(&chars);
    let mut reader = Reader {
        tokens: &tokens,
        at: 0,
    };
    let mut all = Vec::new();
    while reader.at < tokens.len() {
        all.extend(reader.any(0));
        // A bracket that closes nothing is skipped.
        if reader.peek() == Some(&Token::Close) {
            reader.at += 1;
        }
    }
    join(all, Expression::And)
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Term(Term),
}

struct Reader<'t> {
    tokens: &'t [Token],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn any(&mut self, depth: usize) -> Option<Expression> {
        let mut choices = Vec::new();
        loop {
            choices.extend(self.all(depth));
            if self.peek() != Some(&Token::Or) {
                return join(choices, Expression::Or);
            }
            self.at += 1;
        }
    }

    fn all(&mut self, depth: usize) -> Option<Expression> {
        let mut parts = Vec::new();
        loop {
            match self.peek() {
                None | Some(Token::Close | Token::Or) => return join(parts, Expression::And),
                Some(Token::And) => self.at += 1,
                Some(_) => parts.extend(self.one(depth)),
            }
        }
    }

    fn one(&mut self, depth: usize) -> Option<Expression> {
        let mut negated = false;
        while self.peek() == Some(&Token::Not) {
            negated = !negated;
            self.at += 1;
        }
        let found = match self.peek()? {
            Token::Term(term) => {
                let term = Expression::Term(term.clone());
                self.at += 1;
                Some(term)
            }
            Token::Open => {
                self.at += 1;
                if depth >= DEPTH_MAX {
                    return None;
                }
                let inner = self.any(depth + 1);
                if self.peek() == Some(&Token::Close) {
                    self.at += 1;
                }
                inner
            }
            _ => None,
        }?;
        Some(if negated {
            Expression::Not(Box::new(found))
        } else {
            found
        })
    }
}

fn join(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Option<Expression> {
    if parts.len() > 1 {
        return Some(many(parts));
    }
    parts.pop()
}

fn tokens(chars: &[char]) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut at, mut terms) = (0, 0);
    while at < chars.len() && terms < TERMS_MAX {
        match chars[at] {
            c if c.is_whitespace() || c == ',' => at += 1,
            '(' => {
                tokens.push(Token::Open);
                at += 1;
            }
            ')' => {
                tokens.push(Token::Close);
                at += 1;
            }
            '-' if chars.get(at + 1).is_some_and(|c| !c.is_whitespace()) => {
                tokens.push(Token::Not);
                at += 1;
            }
            _ => {
                let token = word(chars, &mut at);
                terms += usize::from(matches!(token, Token::Term(_)));
                tokens.push(token);
            }
        }
    }
    tokens
}

/// A connective, a field with its value, or words alone.
fn word(chars: &[char], at: &mut usize) -> Token {
    // A key behind a dot may have hyphens: `metafields.custom.care-guide`.
    let mut dotted = false;
    let name: String = chars[*at..]
        .iter()
        .take_while(|c| {
            dotted |= **c == '.';
            c.is_alphanumeric() || matches!(c, '_' | '.') || (dotted && **c == '-')
        })
        .collect();
    let end = *at + name.chars().count();
    let next = chars.get(end);
    if next.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')')) {
        let connective = match name.as_str() {
            "AND" => Some(Token::And),
            "OR" => Some(Token::Or),
            "NOT" => Some(Token::Not),
            _ => None,
        };
        if let Some(connective) = connective {
            *at = end;
            return connective;
        }
    }
    if name.is_empty() || next != Some(&':') {
        return Token::Term(Term {
            field: None,
            comparison: Comparison::Equal,
            wanted: vec![value(chars, at)],
        });
    }
    *at = end + 1;
    let comparison = comparison(chars, at);
    let mut wanted = list_item(chars, at);
    while chars.get(*at) == Some(&',') && chars.get(*at + 1).is_some_and(|c| !c.is_whitespace()) {
        *at += 1;
        wanted.extend(list_item(chars, at));
    }
    Token::Term(Term {
        field: Some(name),
        comparison,
        wanted,
    })
}

fn comparison(chars: &[char], at: &mut usize) -> Comparison {
    while chars.get(*at) == Some(&' ') {
        *at += 1;
    }
    let found = match (chars.get(*at), chars.get(*at + 1)) {
        (Some('>'), Some('=')) => Comparison::AtLeast,
        (Some('<'), Some('=')) => Comparison::AtMost,
        (Some('>'), _) => Comparison::Above,
        (Some('<'), _) => Comparison::Below,
        (Some('='), _) => {
            *at += 1;
            return Comparison::Equal;
        }
        _ => return Comparison::Equal,
    };
    let long = matches!(found, Comparison::AtLeast | Comparison::AtMost);
    *at += if long { 2 } else { 1 };
    while chars.get(*at) == Some(&' ') {
        *at += 1;
    }
    found
}

/// One value, or the values of an unquoted comma list.
fn list_item(chars: &[char], at: &mut usize) -> Vec<Wanted> {
    let whole = value(chars, at);
    if whole.quoted || !whole.text.contains(',') {
        return vec![whole];
    }
    let mut items: Vec<Wanted> = whole
        .text
        .split(',')
        .filter(|item| !item.is_empty())
        .map(|item| Wanted {
            text: item.to_owned(),
            ..Wanted::default()
        })
        .collect();
    if let Some(last) = items.last_mut() {
        last.open_end = whole.open_end;
    }
    items
}

fn value(chars: &[char], at: &mut usize) -> Wanted {
    if let Some(quote @ ('"' | '\'')) = chars.get(*at).copied() {
        let mut text = String::new();
        let mut next = *at + 1;
        while let Some(c) = chars.get(next).copied().filter(|c| *c != quote) {
            next += usize::from(c == '\\' && next + 1 < chars.len());
            text.push(chars[next]);
            next += 1;
        }
        *at = next + 1;
        let open_end = chars.get(*at) == Some(&'*');
        *at += usize::from(open_end);
        return Wanted {
            text,
            quoted: true,
            open_end,
            open_start: false,
        };
    }
    bare(chars, at)
}

fn bare(chars: &[char], at: &mut usize) -> Wanted {
    let mut wanted = Wanted::default();
    let mut open = 0_usize;
    while let Some(c) = chars.get(*at).copied() {
        match c {
            c if c.is_whitespace() => break,
            '(' => open += 1,
            ')' if open == 0 => break,
            ')' => open -= 1,
            // A quoted item of a comma list follows.
            '"' | '\'' if wanted.text.ends_with(',') => {
                wanted.text.pop();
                *at -= 1;
                break;
            }
            '\\' if *at + 1 < chars.len() => *at += 1,
            _ => {}
        }
        wanted.text.push(chars[*at]);
        *at += 1;
    }
    // Whatever could not be read as a value is passed over, so that reading always goes on.
    if wanted.text.is_empty()
        && chars
            .get(*at)
            .is_some_and(|c| !c.is_whitespace() && *c != ')')
    {
        *at += 1;
    }
    if let Some(rest) = wanted.text.strip_suffix('*') {
        wanted.open_end = true;
        wanted.text = rest.to_owned();
    }
    if let Some(rest) = wanted.text.strip_prefix('*') {
        wanted.open_start = true;
        wanted.text = rest.to_owned();
    }
    wanted
}

/// Writes the query as it was understood, every bracket and connective shown.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let many = |f: &mut fmt::Formatter<'_>, parts: &[Self], between: &str| {
            for (place, part) in parts.iter().enumerate() {
                if place > 0 {
                    f.write_str(between)?;
                }
                match part {
                    Self::And(_) | Self::Or(_) => write!(f, "({part})")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::And(parts) => many(f, parts, " AND "),
            Self::Or(parts) => many(f, parts, " OR "),
            Self::Not(inner) => match **inner {
                Self::Term(_) => write!(f, "-{inner}"),
                _ => write!(f, "NOT ({inner})"),
            },
            Self::Term(term) => write!(f, "{term}"),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "{field}:")?;
            if self.comparison != Comparison::Equal {
                f.write_str(self.comparison.as_str())?;
            }
        }
        for (place, wanted) in self.wanted.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            let (start, end) = (wanted.open_start, wanted.open_end && !wanted.is_anything());
            let quote = if wanted.quoted || wanted.text.contains(char::is_whitespace) {
                "\""
            } else {
                ""
            };
            let lone = wanted.is_anything();
            write!(
                f,
                "{}{quote}{}{quote}{}",
                if start || lone { "*" } else { "" },
                wanted.text.replace('"', "\\\""),
                if end { "*" } else { "" }
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn understood(query: &str) -> String {
        parse(query)
            .map(|found| found.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn words_fields_and_connectives_are_told_apart() {
        for (query, expected) in [
            ("snow boots", "snow AND boots"),
            ("status:active tag:x", "status:active AND tag:x"),
            ("a OR b AND c", "a OR (b AND c)"),
            ("(a OR b) c", "(a OR b) AND c"),
            ("NOT tag:x", "-tag:x"),
            ("-tag:x", "-tag:x"),
            ("NOT (a b)", "NOT (a AND b)"),
            ("t-shirt", "t-shirt"),
            ("tag_not:x", "tag_not:x"),
            ("android OR and", "android OR and"),
            ("status:RUNNING type:QUERY", "status:RUNNING AND type:QUERY"),
            ("metafields.custom.size:XL", "metafields.custom.size:XL"),
        ] {
            assert_eq!(understood(query), expected, "{query}");
        }
    }

    #[test]
    fn values_may_be_compared_quoted_listed_and_open() {
        for (query, expected) in [
            ("created_at:>=2020-01-01", "created_at:>=2020-01-01"),
            (
                "updated_at:>'2020-01-01T00:00:00Z'",
                "updated_at:>\"2020-01-01T00:00:00Z\"",
            ),
            ("inventory_total:<5", "inventory_total:<5"),
            ("vendor:\"Oak & Ash\"", "vendor:\"Oak & Ash\""),
            ("tag:'a b','c'", "tag:\"a b\",\"c\""),
            ("id:1,2,3", "id:1,2,3"),
            ("id:gid://shopify/Product/1", "id:gid://shopify/Product/1"),
            ("title:pre*", "title:pre*"),
            ("title:*mid*", "title:*mid*"),
            ("tag:*", "tag:*"),
            ("status: active", "status:active"),
            ("sku:A(1)", "sku:A(1)"),
        ] {
            assert_eq!(understood(query), expected, "{query}");
        }
    }

    #[test]
    fn broken_syntax_is_forgiven() {
        for (query, expected) in [
            ("", ""),
            ("   ", ""),
            ("(((", ""),
            (")))", ""),
            (") a", "a"),
            ("(a", "a"),
            ("a AND", "a"),
            ("OR a", "a"),
            ("NOT", ""),
            ("a AND OR b", "a OR b"),
            ("\"unclosed phrase", "\"unclosed phrase\""),
            ("tag:", "tag:"),
            ("a - b", "a AND - AND b"),
            (":x", ":x"),
        ] {
            assert_eq!(understood(query), expected, "{query}");
        }
        let deep = "(".repeat(5_000) + "a";
        assert_eq!(understood(&deep), "a");
        let long = "word ".repeat(3_000);
        assert!(matches!(parse(&long), Some(Expression::And(parts)) if parts.len() == TERMS_MAX));
    }

    #[test]
    fn any_text_can_be_read() {
        let letters = [
            'a', ':', '(', ')', '"', '\'', '-', '*', ',', '\\', ' ', '>', '=',
        ];
        let mut state = 7_u64;
        for _ in 0..20_000 {
            let query: String = (0..12)
                .map(|_| {
                    state = state
                        .wrapping_mul(6_364_136_223_846_793_005)
                        .wrapping_add(1);
                    letters[(state >> 33) as usize % letters.len()]
                })
                .collect();
            let _ = parse(&query).map(|found| found.to_string());
        }
    }
}
