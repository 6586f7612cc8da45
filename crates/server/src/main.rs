//! The `stockroom` command.

use std::process::ExitCode;

use clap::Parser;
use server::commands;
use server::config::{Line, log_filter};

fn main() -> ExitCode {
    let line = Line::parse();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(log_filter()))
        .with_writer(std::io::stderr)
        .init();
    match commands::run(line) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("stockroom: {trouble}");
            ExitCode::from(trouble.exit_code())
        }
    }
}
