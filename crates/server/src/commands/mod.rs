//! The commands, each in a file of its own.

mod demo;
mod export;
mod import;
mod migrate;
mod serve;
mod shop;
mod staff;
mod token;

use std::io::{IsTerminal, Write};

use serde::Serialize;

use crate::config::{Command, Export, Import, Line, ShopCommand, Staff, Token};
use crate::start::Running;
use crate::trouble::Trouble;

/// More workers than this gain nothing: the work is done on the store's threads.
const WORKERS_MAX: usize = 4;

/// Does what the command line says.
///
/// # Errors
/// Whole sentences that say how to go on.
pub fn run(line: Line) -> Result<(), Trouble> {
    match line
        .command
        .unwrap_or_else(|| Command::Demo(crate::config::Demo::default()))
    {
        Command::Demo(demo) => demo::run(&demo),
        Command::Serve(serve) => serve::run(&serve),
        Command::Token(Token::Create(create)) => token::create(&create),
        Command::Import(Import::Products(products)) => import::products(&products),
        Command::Export(Export::Products(products)) => export::products(&products),
        Command::Shop(ShopCommand::Create(create)) => shop::create(&create),
        Command::Staff(Staff::Create(create)) => staff::create(&create),
        Command::Migrate(place) => migrate::run(&place),
    }
}

/// What `--json` prints when the server is ready.
#[derive(Debug, Serialize)]
pub(crate) struct Ready<'a> {
    pub(crate) shop: &'a str,
    pub(crate) url: &'a str,
    pub(crate) admin_url: String,
    pub(crate) storefront_url: String,
    pub(crate) admin_token: Option<&'a str>,
    pub(crate) storefront_token: Option<&'a str>,
    pub(crate) staff_email: Option<&'a str>,
    pub(crate) staff_password: Option<&'a str>,
}

/// The addresses of the two interfaces.
pub(crate) fn api_urls(url: &str) -> (String, String) {
    (
        format!("{url}/admin/api/2026-10/graphql.json"),
        format!("{url}/api/2026-10/graphql.json"),
    )
}

/// Prints to standard output; a closed pipe is nobody's fault.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}

/// A value as one line of JSON.
pub(crate) fn say_json(value: &impl Serialize) {
    let text = serde_json::to_string(value).expect("texts and numbers are JSON");
    say(&text);
}

/// Whether somebody reads standard error as it comes.
pub(crate) fn on_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Runs a future on as many threads as help.
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Trouble> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.min(WORKERS_MAX))
        .thread_stack_size(1024 * 1024)
        .thread_name("stockroom")
        .enable_all()
        .build()
        .map_err(|cause| {
            Trouble::Input(format!("The program's threads did not start: {cause}."))
        })?;
    Ok(runtime.block_on(future))
}

/// Serves until the terminal or the system says stop.
pub(crate) async fn until_stopped(running: Running) {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let mut terminated =
            match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
                Ok(signal) => signal,
                Err(cause) => {
                    tracing::warn!(%cause, "the signal to end cannot be heard");
                    let _ = interrupted.await;
                    running.shutdown().await;
                    return;
                }
            };
        tokio::select! {
            _ = interrupted => {}
            _ = terminated.recv() => {}
        }
    }
    #[cfg(not(unix))]
    let _ = interrupted.await;
    running.shutdown().await;
}
