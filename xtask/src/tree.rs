//! Where the workspace stands and which files belong to it.

use std::path::{Path, PathBuf};

use crate::command::Run;

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("xtask is a folder inside the workspace")
        .to_path_buf()
}

/// The files of the tree that are or could be committed, relative to `root`.
///
/// # Errors
/// A sentence for the developer when git is missing or this is no checkout.
pub(crate) fn files(root: &Path) -> Result<Vec<String>, String> {
    let listing = Run::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .folder(root)
        .output()?;
    let mut files: Vec<String> = listing
        .split('\0')
        .filter(|name| !name.is_empty() && root.join(name).is_file())
        .map(str::to_owned)
        .collect();
    files.sort();
    files.dedup();
    Ok(files)
}

/// The folders with a `package.json` of their own, relative to `root`.
///
/// # Errors
/// As [`files`].
pub(crate) fn npm_folders(root: &Path) -> Result<Vec<String>, String> {
    Ok(files(root)?
        .iter()
        .filter_map(|name| name.strip_suffix("/package.json"))
        .map(str::to_owned)
        .collect())
}
