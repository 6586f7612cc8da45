//! The served schemas, written by the program that serves them.

use std::path::Path;

use crate::command::Run;

const SERVED: &[&str] = &["admin", "storefront"];

/// `cargo xtask schema [--check]`.
///
/// # Errors
/// A sentence that names the file that differs and how to bring it up to date.
pub(crate) fn command(root: &Path, arguments: &[String]) -> Result<(), String> {
    match arguments {
        [] => write(root),
        [flag] if flag == "--check" => check(root),
        _ => Err("Usage: cargo xtask schema [--check]".to_owned()),
    }
}

/// Whether the program can print its schemas yet.
pub(crate) fn is_printable(root: &Path) -> bool {
    root.join("crates/api/examples/served.rs").is_file()
}

fn write(root: &Path) -> Result<(), String> {
    for name in SERVED {
        let file = root.join("schema/served").join(format!("{name}.graphql"));
        std::fs::create_dir_all(root.join("schema/served"))
            .and_then(|()| std::fs::write(&file, served(root, name)?))
            .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
        println!("wrote schema/served/{name}.graphql");
    }
    Ok(())
}

/// Compares the files with what the program serves.
///
/// # Errors
/// A sentence that names the first line that differs.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let mut stale = Vec::new();
    for name in SERVED {
        let file = format!("schema/served/{name}.graphql");
        let kept = std::fs::read_to_string(root.join(&file)).unwrap_or_default();
        let served = served(root, name).map_err(|error| error.to_string())?;
        if let Some(line) = first_difference(&kept, &served) {
            stale.push(format!("{file} differs from what is served at line {line}"));
        }
    }
    if stale.is_empty() {
        Ok(())
    } else {
        stale.push("`cargo xtask schema` writes what is served".to_owned());
        Err(stale.join("\n"))
    }
}

/// Built with the workspace, as the tests are: alone, the example would want every library anew, with
/// fewer features.
fn served(root: &Path, name: &str) -> std::io::Result<String> {
    Run::new("cargo")
        .args(["build", "--quiet", "--workspace", "--example", "served"])
        .folder(root)
        .output()
        .map_err(std::io::Error::other)?;
    // Both were built into the same folder.
    let program = std::env::current_exe()?
        .with_file_name("examples")
        .join("served");
    Run::new(&program.to_string_lossy())
        .args([name])
        .folder(root)
        .output()
        .map_err(std::io::Error::other)
}

/// The number of the first line where two texts part, from 1.
fn first_difference(left: &str, right: &str) -> Option<usize> {
    if left == right {
        return None;
    }
    let same = left
        .lines()
        .zip(right.lines())
        .take_while(|(left, right)| left == right)
        .count();
    Some(same + 1)
}

#[cfg(test)]
mod tests {
    use super::first_difference;

    #[test]
    fn equal_texts_do_not_differ() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    }

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
