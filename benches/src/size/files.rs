//! Files of the whole catalogue: how much memory they take, and whether they come back the same.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::fixture::{Fixture, Size};
use super::texts::{BULK_OPERATION, EVERYTHING, RUN_QUERY};
use super::{opened, row};
use crate::program;
use crate::shop::{place, prepare};

/// How long a bulk operation may take.
const PATIENCE: Duration = Duration::from_secs(900);
/// When a bulk operation's program is killed.
const KILLED_AFTER: Duration = Duration::from_secs(2);

/// Exports both shops; tells rows, time and the most memory that was held.
pub(super) fn exported(fixture: &Fixture) -> Result<String, String> {
    let mut text = row(&["file", "MB", "s", "peak memory MB"]);
    text.push_str("|---|--:|--:|--:|\n");
    let folder = fixture.scratch("exported")?;
    for (size, name) in [
        (Size::Small, "1,000 products"),
        (Size::Large, "100,000 products"),
    ] {
        let file = folder.join("products.csv");
        let ran = export(&fixture.place(size), &file)?;
        text.push_str(&ran.row(&format!("export of {name}"), megabytes(&file)?));
    }
    Ok(text)
}

/// Exports the large shop, imports the file into a new one, and exports that: both files are the same.
pub(super) fn brought_back(fixture: &Fixture) -> Result<String, String> {
    let folder = fixture.scratch("imported")?;
    let (first, second) = (folder.join("first.csv"), folder.join("second.csv"));
    let data = folder.join("data");
    std::fs::create_dir_all(&data).map_err(|error| error.to_string())?;
    let place = place(&data, "");
    let with = |arguments: &[&str]| {
        let rest = place.iter().map(String::as_str);
        let all: Vec<&str> = arguments.iter().copied().chain(rest).collect();
        program::run(&all)
    };
    prepare(&with)?;
    let out = export(&fixture.place(Size::Large), &first)?;
    let name = first.to_string_lossy();
    let back = watched(&["import", "products", &name, "--shop", "bench"], &place)?;
    export(&place, &second)?;
    let lines = same(&first, &second)?;
    let mut text = row(&["file", "MB", "s", "peak memory MB"]);
    text.push_str("|---|--:|--:|--:|\n");
    text.push_str(&out.row("export", megabytes(&first)?));
    text.push_str(&back.row("import of that file into a new shop", megabytes(&first)?));
    text.push_str(&format!(
        "\nThe new shop's own export is the same: {lines} lines.\n"
    ));
    Ok(text)
}

/// Reads all products with variants and metafields as one bulk operation, during which the program is killed once.
pub(super) fn read_in_bulk(fixture: &Fixture) -> Result<String, String> {
    let mut text = row(&["bulk operation", "objects", "s", "peak memory MB"]);
    text.push_str("|---|--:|--:|--:|\n");
    for (size, name, kill) in [
        (Size::Small, "1,000 products", false),
        (Size::Large, "100,000 products", false),
        (Size::Large, "100,000 products, killed once", true),
    ] {
        let mut client = opened(fixture, size)?;
        let before = client.program.peak_bytes();
        let start = Instant::now();
        let begun = client.admin(RUN_QUERY, &json!({ "query": EVERYTHING }))?;
        let id = begun["bulkOperationRunQuery"]["bulkOperation"]["id"].clone();
        if kill {
            std::thread::sleep(KILLED_AFTER);
            client.program.stop();
            client = opened(fixture, size)?;
        }
        let objects = loop {
            let found = client.admin(BULK_OPERATION, &json!({ "id": id }))?;
            let found = &found["bulkOperation"];
            match found["status"].as_str().unwrap_or_default() {
                "COMPLETED" => break found["objectCount"].as_str().unwrap_or_default().to_owned(),
                "CREATED" | "RUNNING" if start.elapsed() < PATIENCE => {}
                _ => return Err(format!("the bulk operation did not end: {found}")),
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        let seconds = start.elapsed().as_secs();
        let peak = client.program.peak_bytes();
        text.push_str(&row(&[
            name,
            &objects,
            &seconds.to_string(),
            &format!("{} ({} before)", peak >> 20, before >> 20),
        ]));
    }
    Ok(text)
}

/// What a command took.
struct Ran {
    took: Duration,
    peak_bytes: u64,
}

impl Ran {
    fn row(&self, name: &str, megabytes: u64) -> String {
        let seconds = format!(
            "{}.{}",
            self.took.as_secs(),
            self.took.subsec_millis() / 100
        );
        let peak = (self.peak_bytes >> 20).to_string();
        row(&[name, &megabytes.to_string(), &seconds, &peak])
    }
}

fn export(place: &[String], file: &Path) -> Result<Ran, String> {
    let file = file.to_string_lossy();
    watched(&["export", "products", &file, "--shop", "bench"], place)
}

/// Runs a command of the program, and watches its memory.
fn watched(arguments: &[&str], place: &[String]) -> Result<Ran, String> {
    let start = Instant::now();
    let mut child: Child = Command::new(program::path()?)
        .args(arguments)
        .args(place)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())?;
    let mut peak_bytes = 0;
    let status = loop {
        peak_bytes = program::peak_bytes(child.id()).max(peak_bytes);
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    if !status.success() {
        return Err(format!("`stockroom {}` failed", arguments.join(" ")));
    }
    Ok(Ran {
        took: start.elapsed(),
        peak_bytes,
    })
}

fn megabytes(file: &Path) -> Result<u64, String> {
    let about = std::fs::metadata(file).map_err(|error| error.to_string())?;
    Ok(about.len() >> 20)
}

/// Compares two files product by product, whatever the order of the products; gives the number of lines.
fn same(one: &Path, other: &Path) -> Result<usize, String> {
    let products = |file: &Path| -> Result<Vec<String>, String> {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        let mut products: Vec<String> = Vec::new();
        let mut handle = String::new();
        for line in text.lines() {
            let own = line.split(',').next().unwrap_or_default();
            if own == handle && !products.is_empty() {
                let last = products.len() - 1;
                products[last].push('\n');
                products[last].push_str(line);
            } else {
                own.clone_into(&mut handle);
                products.push(line.to_owned());
            }
        }
        products.sort_unstable();
        Ok(products)
    };
    let (one, other) = (products(one)?, products(other)?);
    if let Some((left, right)) = one.iter().zip(&other).find(|(left, right)| left != right) {
        return Err(format!("the files differ:\n{left}\n--\n{right}"));
    }
    if one.len() != other.len() {
        return Err(format!(
            "{} products went out, {} came back",
            one.len(),
            other.len()
        ));
    }
    Ok(one.iter().map(|product| product.lines().count()).sum())
}
