//! The texts that products have in common: tags, types and vendors, each told once.
//!
//! Each is sought behind the one before it, so that a page costs as many seeks as it has texts,
//! however many products there are.

use store::{Page, PageError, Param, Tx, Window};
use units::Timestamp;

use crate::tags::Owner;

/// Which texts are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharedText {
    /// The tags of all products, orders, customers or other tagged rows.
    Tags(Owner),
    /// The merchant's kinds of products.
    Types,
    /// Who makes or sells products.
    Vendors,
}

/// Where texts stand: the table, the folded text and the text, and what else must hold.
struct Column {
    table: &'static str,
    key: &'static str,
    text: &'static str,
    among: String,
}

impl SharedText {
    fn column(self) -> Column {
        let of_products = |key, text| Column {
            table: "products",
            key,
            text,
            among: String::new(),
        };
        match self {
            Self::Types => of_products("product_type_key", "product_type"),
            Self::Vendors => of_products("vendor_key", "vendor"),
            Self::Tags(owner) => Column {
                table: "tags",
                key: "tag_key",
                text: "tag",
                among: format!(" AND x.owner_kind = '{}'", owner.as_str()),
            },
        }
    }

    /// The condition that a product which buyers see at a moment (`moment`, a parameter) has it.
    fn shown(self, moment: &str) -> String {
        let visible = format!("p.status = 'ACTIVE' AND p.published_at <= {moment}");
        match self {
            Self::Types | Self::Vendors => format!(
                "EXISTS (SELECT 1 FROM products p WHERE p.shop_id = $shop
                            AND p.{} = n.k AND {visible})",
                self.column().key
            ),
            Self::Tags(_) => format!(
                "EXISTS (SELECT 1 FROM tags t
                           JOIN products p ON p.shop_id = t.shop_id AND p.id = t.owner_id
                          WHERE t.shop_id = $shop AND t.owner_kind = 'Product'
                            AND t.tag_key = n.k AND {visible})"
            ),
        }
    }
}

/// A page of texts in their order, whatever their case; only those of products that buyers see at
/// `shown`, if that is given. Of spellings that differ in case, one is told.
///
/// # Errors
/// `BadCursor`, or the store's faults.
pub fn shared_texts(
    tx: &mut Tx,
    what: SharedText,
    shown: Option<Timestamp>,
    window: &Window<'_>,
) -> Result<Page<String>, PageError> {
    let (lower, upper) = match window.reverse {
        false => (window.after, window.before),
        true => (window.before, window.after),
    };
    if [lower, upper]
        .into_iter()
        .flatten()
        .any(|cursor| cursor.contains('\0'))
    {
        return Err(PageError::BadCursor);
    }
    let text = |text: &str| Param::Text(text.to_owned().into());
    // One more than asked for tells whether the list goes on.
    let limit = i64::try_from(window.limit).unwrap_or(i64::MAX - 1) + 1;
    let mut params: Vec<Param<'static>> = vec![text(lower.unwrap_or_default()), Param::Int(limit)];
    let mut end = String::new();
    let Column {
        table,
        key,
        text: told,
        among,
    } = what.column();
    if let Some(upper) = upper {
        params.push(text(upper));
        end = format!(" AND x.{key} < ${}", params.len());
    }
    let mut only = String::new();
    if let Some(moment) = shown {
        params.push(Param::Int(moment.micros()));
        only = format!(" AND {}", what.shown(&format!("${}", params.len())));
    }
    let falling = window.reverse != window.backwards;
    let (sign, direction) = if falling { ("<", "DESC") } else { (">", "ASC") };
    let seek = |behind: &str| {
        format!(
            "(SELECT x.{key} FROM {table} x
               WHERE x.shop_id = $shop{among} AND x.{key} > $1{end}{behind}
               ORDER BY x.{key} {direction} LIMIT 1)"
        )
    };
    let statement = format!(
        "WITH RECURSIVE n (k) AS (
             SELECT {} UNION ALL SELECT {} FROM n WHERE n.k IS NOT NULL)
         SELECT n.k, (SELECT x.{told} FROM {table} x
                       WHERE x.shop_id = $shop{among} AND x.{key} = n.k LIMIT 1)
           FROM n WHERE n.k IS NOT NULL{only} LIMIT $2",
        seek(""),
        seek(&format!(" AND x.{key} {sign} n.k")),
    );
    let rows: Vec<(String, String)> = tx.all(&statement, params)?;
    Ok(cut(rows, window))
}

fn cut(mut rows: Vec<(String, String)>, window: &Window<'_>) -> Page<String> {
    let more = rows.len() > window.limit;
    rows.truncate(window.limit);
    if window.backwards {
        rows.reverse();
    }
    let (cursors, nodes) = rows.into_iter().unzip();
    let (has_next_page, has_previous_page) = match window.backwards {
        true => (window.before.is_some(), more),
        false => (more, window.after.is_some()),
    };
    Page {
        nodes,
        cursors,
        has_next_page,
        has_previous_page,
    }
}
