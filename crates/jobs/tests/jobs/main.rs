//! The worker against both databases and a receiver that really listens.

mod delivery;
mod housekeeping;
mod receiver;
mod world;
