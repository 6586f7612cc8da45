//! What the browser's cart holds, as pages read it.

use std::collections::HashMap;

use commerce::carts::{self, CartRef, CartView};
use commerce::catalog;
use store::{StoreError, Tx};
use units::{ProductId, Timestamp};

/// The browser's cart with the addresses of what is in it.
pub(crate) struct Basket {
    /// The cart, priced.
    pub(crate) view: CartView,
    handles: HashMap<ProductId, String>,
}

impl Basket {
    /// The cart that the key opens, unless it was bought; as buyers see it in the country that the browser
    /// remembers, unless the cart has an address to go to.
    pub(crate) fn open(
        tx: &mut Tx,
        key: Option<&CartRef>,
        country: Option<&str>,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(key) = key else { return Ok(None) };
        let Some(view) = carts::view(tx, key, country, now)? else {
            return Ok(None);
        };
        let ids: Vec<ProductId> = view
            .lines
            .iter()
            .map(|line| line.merchandise.product_id)
            .collect();
        let products = catalog::products(tx, &ids)?;
        let handles = products
            .into_iter()
            .flatten()
            .map(|product| (product.id, product.handle));
        Ok(Some(Self {
            view,
            handles: handles.collect(),
        }))
    }

    /// The address of a product in the shop window.
    pub(crate) fn path(&self, product: ProductId) -> Option<String> {
        self.handles
            .get(&product)
            .map(|handle| format!("/products/{handle}"))
    }
}
