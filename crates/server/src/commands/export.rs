//! `stockroom export products`.

use std::fs::File;
use std::io::BufWriter;

use commerce::catalog::{self, ExportError};
use serde::Serialize;

use crate::commands::import::bar;
use crate::commands::{on_terminal, say, say_json};
use crate::config::ExportProducts;
use crate::start::{named_shop, visit};
use crate::trouble::Trouble;

#[derive(Serialize)]
struct Summary {
    products: usize,
}

/// Writes a shop's products to a product file. The file gets its name when it is whole.
pub(super) fn products(line: &ExportProducts) -> Result<(), Trouble> {
    let cannot = |cause: &dyn std::fmt::Display| {
        Trouble::Input(format!(
            "The file {} cannot be written: {cause}.",
            line.file.display()
        ))
    };
    let found = line.place.find()?;
    let db = visit(&found.database)?;
    let shop = named_shop(&db, &line.shop)?;
    let mut part = line.file.clone().into_os_string();
    part.push(".part");
    let file = File::create(&part).map_err(|cause| cannot(&cause))?;
    let loud = on_terminal() && !line.json;
    let origin = line.origin.as_deref().unwrap_or_default();
    let told = |done, all| {
        if loud {
            eprint!("\r{}", bar(done, all));
        }
    };
    let origin = origin.trim_end_matches('/');
    let done = catalog::export(&db, shop, origin, BufWriter::new(file), told);
    db.close();
    let products = match done {
        Ok(products) => products,
        Err(ExportError::Store(fault)) => return Err(fault.into()),
        Err(ExportError::File(cause)) => return Err(cannot(&cause)),
    };
    if loud {
        eprintln!();
    }
    std::fs::rename(&part, &line.file).map_err(|cause| cannot(&cause))?;
    match line.json {
        true => say_json(&Summary { products }),
        false => say(&format!(
            "{products} products written to {}.",
            line.file.display()
        )),
    }
    Ok(())
}
