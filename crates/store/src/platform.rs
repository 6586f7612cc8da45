//! The platform's own tables: shops, domains, the job queue.

use units::ShopId;

use crate::error::StoreError;
use crate::params::{Params, ToParam};
use crate::row::FromRow;
use crate::sql::Dialect;
use crate::tx::Tx;

/// A transaction on the platform's tables, which belong to no shop.
///
/// Texts that name `$shop` or `shop_id` are refused.
pub struct Platform<'t> {
    tx: &'t mut Tx,
}

impl<'t> Platform<'t> {
    pub(crate) const fn new(tx: &'t mut Tx) -> Self {
        Self { tx }
    }

    /// Steps into a shop, in the same transaction.
    pub fn within<R>(&mut self, shop: ShopId, run: impl FnOnce(&mut Tx) -> R) -> R {
        self.tx.turned(Some(shop), run)
    }

    /// Which database runs this.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        self.tx.dialect()
    }

    /// As [`Tx::execute`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn execute(&mut self, text: &str, params: impl Params) -> Result<u64, StoreError> {
        self.tx.execute(text, params)
    }

    /// As [`Tx::optional`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn optional<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        self.tx.optional(text, params)
    }

    /// As [`Tx::optional_locked`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn optional_locked<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Option<T>, StoreError> {
        self.tx.optional_locked(text, params)
    }

    /// As [`Tx::one`].
    ///
    /// # Errors
    /// When there is no row, the text is refused or the database fails.
    pub fn one<T: FromRow>(&mut self, text: &str, params: impl Params) -> Result<T, StoreError> {
        self.tx.one(text, params)
    }

    /// As [`Tx::all`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn all<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        self.tx.all(text, params)
    }

    /// As [`Tx::all_locked`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn all_locked<T: FromRow>(
        &mut self,
        text: &str,
        params: impl Params,
    ) -> Result<Vec<T>, StoreError> {
        self.tx.all_locked(text, params)
    }

    /// As [`Tx::each`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn each<K: ToParam, T: FromRow>(
        &mut self,
        text: &str,
        keys: &[K],
        params: impl Params,
    ) -> Result<Vec<Vec<T>>, StoreError> {
        self.tx.each(text, keys, params)
    }

    /// As [`Tx::insert_many`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn insert_many<P: Params>(&mut self, text: &str, rows: &[P]) -> Result<u64, StoreError> {
        self.tx.insert_many(text, rows)
    }

    /// As [`Tx::update_many`].
    ///
    /// # Errors
    /// When the text is refused or the database fails.
    pub fn update_many<P: Params>(&mut self, text: &str, rows: &[P]) -> Result<u64, StoreError> {
        self.tx.update_many(text, rows)
    }
}
