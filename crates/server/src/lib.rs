//! The one binary: router, configuration, wiring and command line.
//!
//! [`start`] runs a server in this process: the binary and the tests use the same door.

mod api_edge;
mod body;
pub mod commands;
pub mod config;
pub mod demo;
mod directory;
mod files;
mod listen;
mod pictures;
mod results;
mod router;
mod settings;
mod shop;
mod start;
mod tls;
mod trouble;
mod uploads;

pub use settings::{Jobs, Settings, Tls, system_clock, system_luck};
pub use shop::{Keys, NewKeys, command_line_app, domain, install_app, open_shop};
pub use start::{Running, job_deps, named_shop, open, serve, start, system_call, visit};
pub use tls::CERTIFICATE;
pub use trouble::Trouble;
