//! Scenarios through the HTTP interfaces, one file per area, on both databases.

mod harness;
