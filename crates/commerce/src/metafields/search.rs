//! Finding resources by their metafields: `metafields.custom.height:45`.

use store::Param;
use store::search::{Builder, Comparison, FieldKind, Wanted};

use super::Owner;
use super::access::OPEN;

/// The condition that a resource has a metafield with a value. Only definitions that are made for
/// it (`adminFilterable`) are searched, as the public documentation says. Whole numbers compare as
/// numbers, all else as text, which is right for dates, too. What apps keep in namespaces of their own is only
/// searched where its definition is open to all apps: a search would tell others what it says.
pub(crate) fn found_by(
    builder: &mut Builder,
    (owner, id): (Owner, &str),
    name: &str,
    comparison: Comparison,
    wanted: &Wanted,
) -> Option<String> {
    let (namespace, key) = name.rsplit_once('.')?;
    let (namespace, key) = (builder.text(namespace), builder.text(key));
    let number = wanted.text.trim().parse::<i64>().ok();
    let found = match number.filter(|_| comparison != Comparison::Equal) {
        Some(number) => {
            let place = builder.put(Param::Int(number));
            // The cast is only reached for values that were checked to be whole numbers.
            format!(
                "CASE WHEN d.type = 'number_integer' THEN CAST(m.value AS BIGINT) END {} {place}",
                comparison.as_str()
            )
        }
        None => builder.condition(&FieldKind::Text("m.value_key"), comparison, wanted)?,
    };
    Some(format!(
        "{id} IN (SELECT m.owner_id FROM metafields m \
         JOIN metafield_definitions d ON d.shop_id = m.shop_id AND d.owner_kind = m.owner_kind \
          AND d.key = m.key AND d.namespace = m.namespace \
         WHERE m.shop_id = $shop AND m.owner_kind = '{}' AND m.namespace = {namespace} \
          AND m.key = {key} AND d.admin_filterable = 1 \
          AND (SUBSTR(m.namespace, 1, 5) <> 'app--' OR {OPEN}) AND {found})",
        owner.as_str()
    ))
}
