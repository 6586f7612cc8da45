//! Staff: who may enter the merchant's pages.
