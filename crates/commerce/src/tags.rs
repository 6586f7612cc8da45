//! Tags: short labels on products, customers and orders.
