//! A large shop: 128,000 products, 512,000 variants, 1,024 collections and as many thousand metafields.
//!
//! A thousand products are made through the API and doubled inside the database; then the large collections are made,
//! again through the API. Both shops are kept, so that the next run measures at once.
//!
//! Server time is what one client on the same machine waits over one connection: from the last byte of its request to
//! the last byte of the reply. What the client itself and the loopback take is in it.

mod changes;
mod client;
mod files;
mod fixture;
mod goods;
mod reads;
mod texts;

use std::path::PathBuf;

use client::Client;
use fixture::{Fixture, Size};

use crate::program;

const HELP: &str = "\
cargo xtask bench size [OPTIONS]

  --database KIND      sqlite (the default) or postgres
  --part NAME[,NAME]   these parts alone: reads, changes, export, import, bulk
  --repeats N          how often each read is asked (200)
  --only TEXT          only reads with this in their name
  --anew               makes the shops again
  --products N         how many are made through the API (1000)
  --doublings N        how often they are doubled (7)
";

/// What a developer asked for.
pub(crate) struct Options {
    postgres: bool,
    parts: Vec<String>,
    repeats: usize,
    only: String,
    anew: bool,
    products: usize,
    doublings: u32,
}

impl Options {
    fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            postgres: false,
            parts: Vec::new(),
            repeats: 200,
            only: String::new(),
            anew: false,
            products: 1_000,
            doublings: 7,
        };
        let mut arguments = arguments;
        while let Some(name) = arguments.next() {
            if name == "--anew" {
                options.anew = true;
                continue;
            }
            let value = arguments.next().ok_or(HELP)?;
            let number = || {
                let number = value.parse::<usize>();
                number.map_err(|_| format!("{name} wants a number.\n\n{HELP}"))
            };
            match (name.as_str(), value.as_str()) {
                ("--database", "sqlite") => options.postgres = false,
                ("--database", "postgres") => options.postgres = true,
                ("--part", _) => options.parts = value.split(',').map(str::to_owned).collect(),
                ("--only", _) => options.only = value,
                ("--repeats", _) => options.repeats = number()?.max(1),
                ("--products", _) => options.products = number()?.clamp(250, 5_000),
                ("--doublings", _) => options.doublings = number()?.min(10) as u32,
                _ => return Err(HELP.to_owned()),
            }
        }
        Ok(options)
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|own| own == part)
    }
}

/// Makes the shops unless they are kept, measures what was asked for and prints it.
pub(crate) fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let options = Options::parse(arguments)?;
    let folder = kept(&options)?;
    let fixture = Fixture::made(&folder, &options)?;
    if options.wants("reads") {
        println!("{}", reads::measured(&fixture, &options)?);
    }
    if options.wants("changes") {
        println!("{}", changes::measured(&fixture)?);
    }
    if options.wants("export") {
        println!("{}", files::exported(&fixture)?);
    }
    if options.wants("import") {
        println!("{}", files::brought_back(&fixture)?);
    }
    if options.wants("bulk") {
        println!("{}", files::read_in_bulk(&fixture)?);
    }
    Ok(())
}

/// Where the shops are kept.
fn kept(options: &Options) -> Result<PathBuf, String> {
    let program = program::path()?;
    let target = program
        .parent()
        .and_then(|folder| folder.parent())
        .ok_or("no target folder")?;
    let name = match options.postgres {
        true => "size-postgres",
        false => "size-sqlite",
    };
    Ok(target.join("bench").join(name))
}

/// A row of a table of results.
fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// Milliseconds with two digits.
fn shown(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros % 1_000 / 10)
}

/// A client of the shop of a size.
fn opened(fixture: &Fixture, size: Size) -> Result<Client, String> {
    Client::open(&fixture.place(size), &fixture.tokens)
}
