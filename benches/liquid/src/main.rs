//! Renders five pages of a shop with several Liquid engines side by side.
//!
//! `cargo run --release [-- --seconds 4]` in this folder. The pages stand in
//! `../shared/bench/liquid` beside the project. The `liquid` crate always takes
//! part; liquidjs does after `npm ci` in this folder, and Ruby's engine where
//! `ruby-liquid` is installed. Figures are renders per second of CPU time, and
//! every page is compared with the others' byte by byte.
//!
//! `cargo run --release -- --instructions` counts what a render by this engine
//! and by the `liquid` crate takes, under Valgrind.

mod crates;
mod instructions;
mod others;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The pages, and how many times faster than the `liquid` crate they should be.
const PAGES: [(&str, f64); 5] = [
    ("product", 12.0),
    ("collection", 15.0),
    ("cart", 7.0),
    ("filters", 25.0),
    ("nav", 15.0),
];

/// One page as an engine rendered it, and how often it can.
pub struct Figure {
    pub page: String,
    pub per_second: f64,
}

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/liquid")
}

pub fn read(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn main() {
    if !folder().is_dir() {
        println!("SKIPPED: {} is not there", folder().display());
        return;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["--instructions"] => instructions::print(),
        ["--render", which, page, times] => instructions::render(which, page, times),
        ["--seconds", seconds] => compare(seconds.parse().expect("a number of seconds")),
        _ => compare(1.0),
    }
}

/// Measures all engines side by side.
fn compare(seconds: f64) {
    let mut engines: Vec<(&str, BTreeMap<String, Figure>)> = Vec::new();
    let mut ours = BTreeMap::new();
    let mut theirs = BTreeMap::new();
    for (page, _) in PAGES {
        let (our, their) = crates::measure(page, seconds);
        ours.insert(page.to_owned(), our);
        theirs.insert(page.to_owned(), their);
    }
    engines.push(("stockroom-liquid", ours));
    engines.push(("liquid (crate)", theirs));
    engines.extend(others::liquidjs(seconds).map(|figures| ("liquidjs", figures)));
    engines.extend(others::ruby(seconds).map(|figures| ("liquid (Ruby)", figures)));
    print(&engines);
}

fn print(engines: &[(&str, BTreeMap<String, Figure>)]) {
    print!("{:18}", "renders per CPU-s");
    for (page, _) in PAGES {
        print!("{page:>12}");
    }
    println!();
    for (name, figures) in engines {
        print!("{name:18}");
        for (page, _) in PAGES {
            print!("{:>12.0}", figures[page].per_second);
        }
        println!();
    }
    let (ours, theirs) = (&engines[0].1, &engines[1].1);
    print!("{:18}", "times the crate");
    for (page, wanted) in PAGES {
        let ratio = ours[page].per_second / theirs[page].per_second;
        let mark = if ratio >= wanted { ' ' } else { '!' };
        print!("{ratio:>11.1}{mark}");
    }
    println!();
    for (name, figures) in &engines[1..] {
        for (page, _) in PAGES {
            if figures[page].page != ours[page].page {
                println!(
                    "{name} renders another {page}: {}",
                    difference(&ours[page].page, &figures[page].page)
                );
            }
        }
    }
}

fn difference(ours: &str, theirs: &str) -> String {
    let at = ours
        .bytes()
        .zip(theirs.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    let part = |text: &str| {
        let bytes = &text.as_bytes()[at.min(text.len())..(at + 40).min(text.len())];
        String::from_utf8_lossy(bytes).into_owned()
    };
    format!("{:?} instead of {:?}", part(theirs), part(ours))
}
