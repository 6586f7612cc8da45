//! What others built for these interfaces, run against this program, and what the
//! interfaces promise as a whole.

mod buckets;
mod clients;
mod mutations;
mod served;
