//! Compiling a query to SQL against a list's table of fields.

use units::{Currency, Gid, Money, Timestamp, fold, words};

use super::moment::span;
use super::parse::{Comparison, Expression, Term, Wanted, parse};
use crate::page::Filter;
use crate::params::Param;

/// Parameters of one query, at most: a statement takes 64, and paging needs some.
const PARAMETERS_MAX: usize = 40;

/// What a list can be searched by.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// The fields by name.
    pub fields: &'static [Field],
    /// What words without a field are looked for in: any of these.
    pub default: &'static [FieldKind],
}

/// A searchable field.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As the query names it.
    pub name: &'static str,
    /// What it holds and where.
    pub kind: FieldKind,
}

/// A searchable field: a line of a list's table.
#[must_use]
pub const fn field(name: &'static str, kind: FieldKind) -> Field {
    Field { name, kind }
}

/// What a field holds: SQL expressions over the list's own aliases.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// A folded text: the whole value, or its beginning with a star.
    Text(&'static str),
    /// A text as it was entered: the whole value, or its beginning with a star.
    Exact(&'static str),
    /// A folded text of which any beginning matches, star or not.
    TextPrefix(&'static str),
    /// A text kept as `units::sort_key`: every word of the value must be in it.
    Words(&'static str),
    /// The index of searched words: the owner's kind and the SQL of its id.
    Terms(&'static str, &'static str),
    /// A stored text per name (in lower case) that a query uses.
    Enum(&'static str, &'static [(&'static str, &'static str)]),
    /// A whole number.
    Int(&'static str),
    /// Minor units of the shop's currency; the query gives decimals.
    Money(&'static str),
    /// A moment; the query gives a date or RFC 3339.
    Time(&'static str),
    /// 0 or 1; the query gives `true` or `false`.
    Bool(&'static str),
    /// An id; the query gives a number or a global id.
    Id(&'static str),
    /// Rows elsewhere: `SELECT … WHERE …` that ends in its conditions, and what of them is
    /// compared with the value.
    Exists(&'static str, &'static FieldKind),
    /// A condition that is always so: a field for things that this shop does not have.
    Never,
    /// Anything else: gives the condition, or `None` when the value cannot be read.
    Custom(fn(&mut Builder, Comparison, &Wanted) -> Option<String>),
    /// As `Custom`, for a family of fields: the field's name ends in a dot, and the condition is
    /// given what stands behind it in the query (`custom.key` of `metafields.custom.key:x`).
    Keyed(fn(&mut Builder, &str, Comparison, &Wanted) -> Option<String>),
}

/// A query in SQL.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compiled {
    /// The condition; empty when the query is.
    pub filter: Filter,
    /// What was not understood.
    pub warnings: Vec<Warning>,
    /// The query as it was understood.
    pub parsed: String,
}

/// A part of a query that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The field.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// `invalid_field`, `invalid_value` or `too_many_terms`.
    pub code: &'static str,
}

/// How values of a query are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The currency of amounts.
    pub currency: Currency,
    /// What `now` means; a value that cannot be read where it is not known.
    pub now: Option<Timestamp>,
}

impl From<Currency> for Reading {
    fn from(currency: Currency) -> Self {
        let now = None;
        Self { currency, now }
    }
}

impl From<(Currency, Timestamp)> for Reading {
    fn from((currency, now): (Currency, Timestamp)) -> Self {
        let now = Some(now);
        Self { currency, now }
    }
}

/// Compiles a query.
#[must_use]
pub fn compile(query: &str, table: &Table, reading: impl Into<Reading>) -> Compiled {
    match parse(query) {
        Some(expression) => expressed(&expression, table, reading.into()),
        None => Compiled::default(),
    }
}

/// Compiles a query apart from the words that stand alone in it and must all be there: gives these
/// words, for a list that ranks by them, and the other conditions.
#[must_use]
pub fn compile_apart(
    query: &str,
    table: &Table,
    reading: impl Into<Reading>,
) -> (String, Compiled) {
    let parts = match parse(query) {
        None => return Default::default(),
        Some(Expression::And(parts)) => parts,
        Some(other) => vec![other],
    };
    let mut words = Vec::new();
    let mut conditions = Vec::new();
    for part in parts {
        match part {
            Expression::Term(term) if term.is_of_words() => {
                words.extend(term.wanted.into_iter().map(|wanted| wanted.text));
            }
            part => conditions.push(part),
        }
    }
    let compiled = match conditions.len() {
        0 => Compiled::default(),
        _ => expressed(&Expression::And(conditions), table, reading.into()),
    };
    (words.join(" "), compiled)
}

fn expressed(expression: &Expression, table: &Table, reading: Reading) -> Compiled {
    let mut builder = Builder {
        reading,
        params: Vec::new(),
        warnings: Vec::new(),
        full: false,
    };
    let sql = builder.expression(expression, table).unwrap_or_default();
    Compiled {
        filter: Filter::of(sql, builder.params),
        warnings: builder.warnings,
        parsed: expression.to_string(),
    }
}

/// Gathers the parameters and warnings of a query.
#[derive(Debug)]
pub struct Builder {
    reading: Reading,
    params: Vec<Param<'static>>,
    warnings: Vec<Warning>,
    full: bool,
}

impl Builder {
    /// Adds a parameter and gives its place: `$3`.
    pub fn put(&mut self, param: Param<'static>) -> String {
        self.params.push(param);
        format!("${}", self.params.len())
    }

    /// Adds a text and gives its place.
    pub fn text(&mut self, text: impl Into<String>) -> String {
        self.put(Param::Text(text.into().into()))
    }

    /// The condition of one kind of field: for fields that are made of others.
    pub fn condition(
        &mut self,
        kind: &FieldKind,
        comparison: Comparison,
        wanted: &Wanted,
    ) -> Option<String> {
        if wanted.text.contains('\0') {
            return None;
        }
        match kind {
            FieldKind::Text(sql) => self.whole(sql, fold(&wanted.text), comparison, wanted),
            FieldKind::Exact(sql) => self.whole(sql, wanted.text.clone(), comparison, wanted),
            FieldKind::TextPrefix(sql) => Some(self.beginning(sql, fold(&wanted.text))),
            FieldKind::Words(sql) => Some(self.words_in(sql, wanted)),
            FieldKind::Terms(owner, id) => Some(self.terms(owner, id, wanted)),
            FieldKind::Enum(sql, names) => self.named(sql, names, wanted),
            FieldKind::Int(sql) if wanted.is_anything() => Some(format!("{sql} IS NOT NULL")),
            FieldKind::Int(sql) => {
                let number: i64 = wanted.text.trim().parse().ok()?;
                let place = self.put(Param::Int(number));
                Some(format!("{sql} {} {place}", comparison.as_str()))
            }
            FieldKind::Money(sql) => {
                let minor = Money::parse(&wanted.text, self.reading.currency)
                    .ok()?
                    .minor;
                let place = self.put(Param::Int(minor));
                Some(format!("{sql} {} {place}", comparison.as_str()))
            }
            FieldKind::Time(sql) => self.moment(sql, comparison, wanted),
            FieldKind::Bool(sql) => {
                let value = match fold(&wanted.text).as_str() {
                    "true" | "1" | "yes" => 1,
                    "false" | "0" | "no" => 0,
                    _ => return None,
                };
                Some(format!("{sql} = {value}"))
            }
            FieldKind::Id(sql) => {
                let place = self.put(Param::Int(id(&wanted.text)?));
                Some(format!("{sql} {} {place}", comparison.as_str()))
            }
            FieldKind::Exists(head, inner) => {
                if wanted.is_anything() {
                    return Some(format!("EXISTS ({head})"));
                }
                let inner = self.condition(inner, comparison, wanted)?;
                Some(format!("EXISTS ({head} AND {inner})"))
            }
            FieldKind::Never => Some("1 = 0".to_owned()),
            FieldKind::Custom(condition) => condition(self, comparison, wanted),
            // A family is only met by the name of one of its fields.
            FieldKind::Keyed(_) => None,
        }
    }

    fn expression(&mut self, expression: &Expression, table: &Table) -> Option<String> {
        let many = |builder: &mut Self, parts: &[Expression], word: &str| {
            let sql: Vec<String> = parts
                .iter()
                .filter_map(|part| builder.expression(part, table))
                .collect();
            match sql.len() {
                0 => None,
                1 => sql.into_iter().next(),
                _ => Some(format!("({})", sql.join(word))),
            }
        };
        match expression {
            Expression::And(parts) => many(self, parts, " AND "),
            Expression::Or(parts) => many(self, parts, " OR "),
            // Unlike NOT, this also holds where the condition is unknown because of a NULL.
            Expression::Not(inner) => self
                .expression(inner, table)
                .map(|sql| format!("({sql}) IS NOT TRUE")),
            Expression::Term(term) => self.term(term, table),
        }
    }

    fn term(&mut self, term: &Term, table: &Table) -> Option<String> {
        if self.full || self.params.len() + 4 > PARAMETERS_MAX {
            if !self.full {
                self.full = true;
                self.warn(
                    "query",
                    "too_many_terms",
                    "The query has too many terms; the last ones were ignored.".to_owned(),
                );
            }
            return None;
        }
        let Some(name) = &term.field else {
            return self.default(term, table);
        };
        let folded = fold(name);
        let find = |name: &str| table.fields.iter().find(|field| field.name == name);
        if let Some(field) = find(&folded) {
            return Some(self.field(field, term));
        }
        let family = table.fields.iter().find_map(|field| match field.kind {
            FieldKind::Keyed(condition) => Some((condition, name.strip_prefix(field.name)?)),
            _ => None,
        });
        if let Some((condition, key)) = family {
            return Some(self.keyed(condition, key, term));
        }
        if let Some(field) = folded.strip_suffix("_not").and_then(find) {
            let sql = self.field(field, term);
            return Some(format!("({sql}) IS NOT TRUE"));
        }
        self.warn(
            name,
            "invalid_field",
            "Invalid search field for this query.".to_owned(),
        );
        None
    }

    fn default(&mut self, term: &Term, table: &Table) -> Option<String> {
        let wanted = term.wanted.first()?;
        if wanted.is_anything() || wanted.text.trim().is_empty() {
            return None;
        }
        let sql: Vec<String> = table
            .default
            .iter()
            .filter_map(|kind| self.condition(kind, Comparison::Equal, wanted))
            .collect();
        match sql.len() {
            0 => Some("1 = 0".to_owned()),
            _ => Some(format!("({})", sql.join(" OR "))),
        }
    }

    /// A value that cannot be read matches nothing: a filter must never widen by a typing error.
    fn field(&mut self, field: &Field, term: &Term) -> String {
        if let Some(sql) = self.list(&field.kind, term) {
            return sql;
        }
        let mut choices = Vec::with_capacity(term.wanted.len());
        for wanted in &term.wanted {
            if self.params.len() + 4 > PARAMETERS_MAX {
                self.full = true;
                self.warn(
                    field.name,
                    "too_many_terms",
                    "The list has too many values; the last ones were ignored.".to_owned(),
                );
                break;
            }
            match self.condition(&field.kind, term.comparison, wanted) {
                Some(sql) => choices.push(sql),
                None => {
                    let message = format!("'{}' is no value of this field.", wanted.text);
                    self.warn(field.name, "invalid_value", message);
                }
            }
        }
        match choices.len() {
            0 => "1 = 0".to_owned(),
            1 => choices.remove(0),
            _ => format!("({})", choices.join(" OR ")),
        }
    }

    fn keyed(
        &mut self,
        condition: fn(&mut Self, &str, Comparison, &Wanted) -> Option<String>,
        key: &str,
        term: &Term,
    ) -> String {
        let choices: Vec<String> = term
            .wanted
            .iter()
            .filter(|wanted| !wanted.text.contains('\0'))
            .filter_map(|wanted| {
                let room = self.params.len() + 4 <= PARAMETERS_MAX;
                room.then(|| condition(self, key, term.comparison, wanted))?
            })
            .collect();
        match choices.len() {
            0 => "1 = 0".to_owned(),
            _ => format!("({})", choices.join(" OR ")),
        }
    }

    /// A comma list of ids is one parameter, so that it may be long.
    fn list(&mut self, kind: &FieldKind, term: &Term) -> Option<String> {
        let FieldKind::Id(sql) = kind else {
            return None;
        };
        if term.wanted.len() < 2 || term.comparison != Comparison::Equal {
            return None;
        }
        let ids: Option<Vec<Param<'static>>> = term
            .wanted
            .iter()
            .map(|wanted| id(&wanted.text).map(Param::Int))
            .collect();
        let place = self.put(Param::List(ids?));
        Some(format!("{sql} = ANY({place})"))
    }

    fn whole(
        &mut self,
        sql: &str,
        text: String,
        comparison: Comparison,
        wanted: &Wanted,
    ) -> Option<String> {
        if wanted.is_anything() {
            return Some(format!("{sql} <> ''"));
        }
        if wanted.open_start {
            return Some(self.like(sql, &text, "%", "%"));
        }
        if wanted.open_end {
            return Some(self.beginning(sql, text));
        }
        let place = self.text(text);
        Some(format!("{sql} {} {place}", comparison.as_str()))
    }

    /// A range, so that an index serves it.
    fn beginning(&mut self, sql: &str, text: String) -> String {
        let end = self.text(format!("{text}\u{10FFFF}"));
        let start = self.text(text);
        format!("({sql} >= {start} AND {sql} < {end})")
    }

    fn words_in(&mut self, sql: &str, wanted: &Wanted) -> String {
        if wanted.is_anything() {
            return format!("{sql} <> ''");
        }
        let padded = format!("(' ' || {sql} || ' ')");
        let before = if wanted.open_start { "%" } else { "% " };
        let after = if wanted.open_end { "%" } else { " %" };
        let line = words(&wanted.text).collect::<Vec<_>>().join(" ");
        self.like(&padded, &line, before, after)
    }

    fn like(&mut self, sql: &str, text: &str, before: &str, after: &str) -> String {
        let escaped = text
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        let place = self.text(format!("{before}{escaped}{after}"));
        format!("{sql} LIKE {place} ESCAPE '\\'")
    }

    fn terms(&mut self, owner: &str, id: &str, wanted: &Wanted) -> String {
        const WORDS_MAX: usize = 6;
        let words: Vec<String> = words(&wanted.text).take(WORDS_MAX).collect();
        let last = words.len().saturating_sub(1);
        let mut all = Vec::with_capacity(words.len());
        for (place, word) in words.into_iter().enumerate() {
            if self.params.len() + 4 > PARAMETERS_MAX {
                break;
            }
            let condition = if wanted.open_start {
                self.like("s.term", &word, "%", "%")
            } else if wanted.open_end && place == last {
                self.beginning("s.term", word)
            } else {
                format!("s.term = {}", self.text(word))
            };
            all.push(format!(
                "{id} IN (SELECT s.owner_id FROM search_terms s WHERE s.shop_id = $shop \
                 AND s.owner_kind = '{owner}' AND {condition})"
            ));
        }
        if all.is_empty() {
            return "1 = 0".to_owned();
        }
        format!("({})", all.join(" AND "))
    }

    fn named(&mut self, sql: &str, names: &[(&str, &str)], wanted: &Wanted) -> Option<String> {
        if wanted.is_anything() {
            return Some("1 = 1".to_owned());
        }
        let name = fold(&wanted.text);
        let (_, stored) = names.iter().find(|(known, _)| *known == name)?;
        let place = self.text(*stored);
        Some(format!("{sql} = {place}"))
    }

    fn moment(&mut self, sql: &str, comparison: Comparison, wanted: &Wanted) -> Option<String> {
        if wanted.is_anything() {
            return Some(format!("{sql} IS NOT NULL"));
        }
        let (from, until) = span(&wanted.text, self.reading.now)?;
        let mut place = |moment: Timestamp| self.put(Param::Int(moment.micros()));
        Some(match comparison {
            Comparison::Equal => {
                let (start, end) = (place(from), place(until));
                format!("({sql} >= {start} AND {sql} < {end})")
            }
            Comparison::Above => format!("{sql} >= {}", place(until)),
            Comparison::AtLeast => format!("{sql} >= {}", place(from)),
            Comparison::Below => format!("{sql} < {}", place(from)),
            Comparison::AtMost => format!("{sql} < {}", place(until)),
        })
    }

    fn warn(&mut self, field: &str, code: &'static str, message: String) {
        const WARNINGS_MAX: usize = 20;
        if self.warnings.len() < WARNINGS_MAX {
            self.warnings.push(Warning {
                field: field.to_owned(),
                message,
                code,
            });
        }
    }
}

fn id(text: &str) -> Option<i64> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| Gid::parse(text).ok().map(|gid| gid.number))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGGED: &str = "SELECT 1 FROM tags t WHERE t.shop_id = $shop AND t.owner_id = p.id";
    const TABLE: Table = Table {
        fields: &[
            Field {
                name: "title",
                kind: FieldKind::Words("p.title_key"),
            },
            Field {
                name: "vendor",
                kind: FieldKind::Text("p.vendor_key"),
            },
            Field {
                name: "status",
                kind: FieldKind::Enum("p.status", &[("active", "ACTIVE"), ("draft", "DRAFT")]),
            },
            Field {
                name: "tag",
                kind: FieldKind::Exists(TAGGED, &FieldKind::Text("t.tag_key")),
            },
            Field {
                name: "id",
                kind: FieldKind::Id("p.id"),
            },
            Field {
                name: "price",
                kind: FieldKind::Money("p.price_minor"),
            },
            Field {
                name: "inventory_total",
                kind: FieldKind::Int("p.total_inventory"),
            },
            Field {
                name: "created_at",
                kind: FieldKind::Time("p.created_at"),
            },
            Field {
                name: "gift_card",
                kind: FieldKind::Bool("p.gift_card"),
            },
        ],
        default: &[FieldKind::Terms("Product", "p.id")],
    };

    fn compiled(query: &str) -> Compiled {
        compile(query, &TABLE, Currency::EUR)
    }

    fn sql(query: &str) -> String {
        compiled(query).filter.sql
    }

    #[test]
    fn fields_become_conditions_on_their_columns() {
        assert_eq!(
            sql("status:active AND vendor:Oak"),
            "(p.status = $1 AND p.vendor_key = $2)"
        );
        assert_eq!(sql("price:>=19.99"), "p.price_minor >= $1");
        assert_eq!(compiled("price:>=19.99").filter.params, [Param::Int(1999)]);
        assert_eq!(sql("gift_card:false"), "p.gift_card = 0");
        assert_eq!(sql("id:1,gid://shopify/Product/2"), "p.id = ANY($1)");
        assert_eq!(
            sql("vendor:oa*"),
            "(p.vendor_key >= $2 AND p.vendor_key < $1)"
        );
        assert_eq!(
            sql("status:active,draft"),
            "(p.status = $1 OR p.status = $2)"
        );
        assert_eq!(sql("inventory_total:0"), "p.total_inventory = $1");
        assert_eq!(
            sql("title:'oak table'"),
            "(' ' || p.title_key || ' ') LIKE $1 ESCAPE '\\'"
        );
        assert_eq!(
            compiled("title:\"Oak, table\"").filter.params,
            [Param::Text("% oak table %".into())]
        );
    }

    #[test]
    fn a_negation_holds_for_unknown_values_too() {
        assert_eq!(sql("-vendor:oak"), "(p.vendor_key = $1) IS NOT TRUE");
        assert_eq!(
            sql("tag_not:sale"),
            format!("(EXISTS ({TAGGED} AND t.tag_key = $1)) IS NOT TRUE")
        );
        assert_eq!(sql("tag:*"), format!("EXISTS ({TAGGED})"));
    }

    #[test]
    fn moments_compare_as_they_are_shown() {
        let day = compiled("created_at:1970-01-02").filter;
        assert_eq!(day.sql, "(p.created_at >= $1 AND p.created_at < $2)");
        assert_eq!(
            day.params,
            [Param::Int(86_400_000_000), Param::Int(172_800_000_000)]
        );
        let after = compiled("created_at:>'1970-01-01T00:00:01Z'").filter;
        assert_eq!(
            (after.sql.as_str(), &after.params[..]),
            ("p.created_at >= $1", &[Param::Int(2_000_000)][..])
        );
    }

    #[test]
    fn unknown_fields_are_warnings_and_unreadable_values_match_nothing() {
        let unknown = compiled("colour:red status:active");
        assert_eq!(unknown.filter.sql, "p.status = $1");
        assert_eq!(unknown.warnings[0].code, "invalid_field");
        assert_eq!(unknown.warnings[0].field, "colour");
        assert_eq!(unknown.parsed, "colour:red AND status:active");
        let unreadable = compiled("price:cheap");
        assert_eq!(unreadable.filter.sql, "1 = 0");
        assert_eq!(unreadable.warnings[0].code, "invalid_value");
        assert_eq!(sql("status:*"), "1 = 1");
    }

    #[test]
    fn words_alone_are_looked_up_in_the_index() {
        let found = compiled("Größe");
        assert!(
            found
                .filter
                .sql
                .contains("s.owner_kind = 'Product' AND s.term = $1")
        );
        assert_eq!(found.filter.params, [Param::Text("grosse".into())]);
        assert!(sql("snow*").contains("(s.term >= $2 AND s.term < $1)"));
        assert_eq!(sql("*"), "");
        assert_eq!(sql(""), "");
        assert_eq!(sql("!!!"), "(1 = 0)");
    }

    #[test]
    fn a_query_never_takes_more_parameters_than_a_statement_has_room_for() {
        let query: String = (0..100).map(|n| format!("vendor:v{n} ")).collect();
        let found = compiled(&query);
        assert!(found.filter.params.len() <= PARAMETERS_MAX);
        assert_eq!(found.warnings.len(), 1);
        assert_eq!(found.warnings[0].code, "too_many_terms");
        let list = (0..100)
            .map(|n| format!("v{n}"))
            .collect::<Vec<_>>()
            .join(",");
        assert!(compiled(&format!("vendor:{list}")).filter.params.len() <= PARAMETERS_MAX);
        let ids = (0..200)
            .map(|n| n.to_string())
            .collect::<Vec<_>>()
            .join(",");
        assert_eq!(compiled(&format!("id:{ids}")).filter.params.len(), 1);
    }
}
