//! Pure arithmetic from cart lines to taxes, shipping and totals.
