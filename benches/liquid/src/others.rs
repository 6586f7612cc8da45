//! Engines of other languages, each in a process of its own. They print, for
//! each page, a line of JSON: its name, its figure and the page itself.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::{Figure, folder};

/// liquidjs, after `npm ci`.
pub fn liquidjs(seconds: f64) -> Option<BTreeMap<String, Figure>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if !here.join("node_modules/liquidjs").is_dir() {
        println!("SKIPPED: liquidjs (run `npm ci` in {})", here.display());
        return None;
    }
    run("node", "liquidjs.mjs", seconds)
}

/// Ruby's engine, where it is installed.
pub fn ruby(seconds: f64) -> Option<BTreeMap<String, Figure>> {
    let there = Command::new("ruby")
        .args(["-e", "require 'liquid'"])
        .output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("SKIPPED: Ruby's engine (install `ruby-liquid`)");
        return None;
    }
    run("ruby", "ruby.rb", seconds)
}

fn run(program: &str, script: &str, seconds: f64) -> Option<BTreeMap<String, Figure>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let output = Command::new(program)
        .arg(script)
        .arg(folder())
        .arg(seconds.to_string())
        .output()
        .ok()?;
    if !output.status.success() {
        println!(
            "SKIPPED: {program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        return None;
    }
    let lines = String::from_utf8(output.stdout).ok()?;
    let mut figures = BTreeMap::new();
    for line in lines.lines() {
        let line: serde_json::Value = serde_json::from_str(line).ok()?;
        let page = line["page"].as_str()?.to_owned();
        let per_second = line["per_second"].as_f64()?;
        figures.insert(
            line["name"].as_str()?.to_owned(),
            Figure { page, per_second },
        );
    }
    Some(figures)
}
