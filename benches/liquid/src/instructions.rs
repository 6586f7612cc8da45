//! How many instructions a render takes, counted by Callgrind: a figure that
//! other programs on the machine do not disturb.

use std::process::Command;

use crate::PAGES;
use crate::crates::{Which, with_renderer};

/// Renders a page so many times and ends; this is what is counted.
pub fn render(which: &str, page: &str, times: &str) {
    let which = match which {
        "ours" => Which::Ours,
        _ => Which::Theirs,
    };
    let times: u32 = times.parse().expect("a number of renders");
    with_renderer(which, page, |render| {
        for _ in 0..times {
            std::hint::black_box(render());
        }
    });
}

/// Prints the instructions of each page by both engines.
pub fn print() {
    println!(
        "{:12}{:>14}{:>14}{:>8}",
        "instructions", "ours", "the crate's", "times"
    );
    for (page, _) in PAGES {
        let (ours, theirs) = (count("ours", page), count("theirs", page));
        let times = theirs as f64 / ours as f64;
        println!("{page:12}{ours:>14}{theirs:>14}{times:>8.1}");
    }
}

/// What one render takes: the difference between few and many.
fn count(which: &str, page: &str) -> u64 {
    const FEW: u64 = 5;
    const MANY: u64 = 25;
    let [few, many] = [FEW, MANY].map(|times| collected(which, page, times));
    (many - few) / (MANY - FEW)
}

fn collected(which: &str, page: &str, times: u64) -> u64 {
    let program = std::env::current_exe().expect("the program knows where it is");
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--render", which, page, &times.to_string()])
        .output()
        .expect("valgrind is installed");
    let report = String::from_utf8_lossy(&output.stderr);
    let line = report.lines().find(|line| line.contains("Collected :"));
    let figure = line.and_then(|line| line.rsplit(' ').next());
    figure
        .and_then(|figure| figure.parse().ok())
        .unwrap_or_else(|| panic!("valgrind: {report}"))
}
