//! What an app may read of custom data.
//!
//! What stands in an app's own namespaces (`app--ID`, `app--ID--name`) is closed to every other app,
//! unless its definition's `admin` access opens it, as the public documentation says of
//! `MetafieldAdminAccess`.

use store::{Filter, Param, StoreError, Tx};
use units::AppId;

use super::definition::{AdminAccess, Definition, definitions_for};
use super::{Metafield, own_namespace};

impl AdminAccess {
    /// Whether apps that do not own the definition read its values.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Self::PublicRead | Self::PublicReadWrite => true,
            Self::MerchantRead | Self::MerchantReadWrite | Self::Private => false,
        }
    }
}

impl Definition {
    /// Whether an app may read the definition's values.
    #[must_use]
    pub fn is_open_to(&self, app: AppId) -> bool {
        !is_foreign(app, &self.namespace) || self.admin_access.is_open()
    }
}

/// Whether a namespace is another app's own.
#[must_use]
pub fn is_foreign(app: AppId, namespace: &str) -> bool {
    own_namespace(Some(app), namespace).is_none()
}

/// The namespace that an app means when it reads, as it is stored: `$app` and none at all are its own.
#[must_use]
pub fn read_namespace(app: AppId, given: Option<&str>) -> String {
    let given = given.unwrap_or("$app");
    // Another app's namespace is named as it is; whether it is open is asked of what is found.
    own_namespace(Some(app), given).unwrap_or_else(|| given.to_owned())
}

/// Those metafields that an app may read, in the same order.
///
/// # Errors
/// `Store` faults only.
pub fn readable(
    tx: &mut Tx,
    app: AppId,
    found: Vec<Metafield>,
) -> Result<Vec<Metafield>, StoreError> {
    let foreign: Vec<&Metafield> = found
        .iter()
        .filter(|own| is_foreign(app, &own.namespace))
        .collect();
    if foreign.is_empty() {
        return Ok(found);
    }
    let definitions = definitions_for(tx, &foreign)?;
    let open = |definition: &Option<Definition>| {
        let access = definition.as_ref().map(|own| own.admin_access);
        access.is_some_and(AdminAccess::is_open)
    };
    let closed: Vec<_> = foreign
        .iter()
        .zip(&definitions)
        .filter(|(_, definition)| !open(definition))
        .map(|(own, _)| own.id)
        .collect();
    let read = found.into_iter().filter(|own| !closed.contains(&own.id));
    Ok(read.collect())
}

/// The condition that an app may read metafields (`m`).
pub(super) fn readable_filter(app: AppId) -> Filter {
    or(
        not_foreign(app, "m.namespace"),
        &format!(
            "EXISTS (SELECT 1 FROM metafield_definitions d
              WHERE d.shop_id = $shop AND d.owner_kind = m.owner_kind AND d.key = m.key
                AND d.namespace = m.namespace AND {OPEN})"
        ),
    )
}

/// The condition that definitions (`d`) are open to an app.
#[must_use]
pub fn open_definitions(app: AppId) -> Filter {
    or(not_foreign(app, "d.namespace"), OPEN)
}

/// The condition on the definitions (`d`) that are open to all apps.
pub(super) const OPEN: &str = "d.admin_access IN ('PUBLIC_READ', 'PUBLIC_READ_WRITE')";

fn or(filter: Filter, more: &str) -> Filter {
    Filter::of(format!("{} OR {more}", filter.sql), filter.params)
}

/// The condition that a column names nothing that is another app's own.
pub(crate) fn not_foreign(app: AppId, column: &str) -> Filter {
    let own = format!("app--{}", app.get());
    let more = format!("{own}--");
    // Not LIKE, which does not mind the case on one of the databases.
    let text = format!(
        "SUBSTR({column}, 1, 5) <> 'app--' OR {column} = $1 \
         OR SUBSTR({column}, 1, LENGTH($2)) = $2"
    );
    Filter::of(
        text,
        vec![Param::Text(own.into()), Param::Text(more.into())],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_names_its_own_namespaces_and_those_of_others() {
        let app = AppId(7);
        assert_eq!(read_namespace(app, None), "app--7");
        assert_eq!(read_namespace(app, Some("$app:loyalty")), "app--7--loyalty");
        assert_eq!(read_namespace(app, Some("app--8")), "app--8");
        assert!(is_foreign(app, "app--8") && is_foreign(app, "app--77--loyalty"));
        assert!(!is_foreign(app, "app--7--loyalty") && !is_foreign(app, "custom"));
    }
}
