//! The GraphQL engine: schemas, plans and batched execution; knows no shop.
