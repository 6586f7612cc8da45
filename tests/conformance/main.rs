//! What others built for these interfaces, run against this program.

mod clients;
