//! Ids that the merchant's other systems give to rows: metafields whose values are one row's alone.

use commerce::Call;
use commerce::metafields::{self, NewMetafield, Owner};
use graphql::Error;
use serde::Deserialize;
use store::{StoreError, Tx};

use super::metafields::own_namespace;
use crate::Cx;
use crate::errors::fault;

/// Such an id.
#[derive(Deserialize, Clone)]
pub(super) struct CustomId {
    namespace: Option<String>,
    key: String,
    value: String,
}

impl CustomId {
    /// The number of the row that has it.
    pub(super) fn find(&self, cx: &mut Cx, owner: Owner) -> Result<Option<i64>, Error> {
        let namespace = own_namespace(cx, self.namespace.as_deref());
        if metafields::is_foreign(cx.request.app(), &namespace) {
            return Ok(None);
        }
        let found = metafields::owner_of(&mut cx.tx, owner, &namespace, &self.key, &self.value);
        found.map_err(fault)
    }

    /// As [`CustomId::find`], for what is changed next.
    pub(super) fn find_for(
        &self,
        tx: &mut Tx,
        call: &Call,
        owner: Owner,
    ) -> Result<Option<i64>, StoreError> {
        match metafields::namespace(call, self.namespace.as_deref()) {
            None => Ok(None),
            Some(namespace) => metafields::owner_of(tx, owner, &namespace, &self.key, &self.value),
        }
    }

    /// The metafield that a new row has it by.
    pub(super) fn metafield(&self) -> NewMetafield {
        NewMetafield {
            namespace: self.namespace.clone(),
            key: self.key.clone(),
            value: self.value.clone(),
            ..NewMetafield::default()
        }
    }
}
