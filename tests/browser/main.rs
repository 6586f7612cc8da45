//! A person buys once: the shop window and the checkout page in a real Chromium.
//! What the browser showed is kept under `tests/artifacts/`.

use std::path::{Path, PathBuf};
use std::process::Command;

use tests::Program;

#[test]
fn a_person_buys_through_the_shop_window_and_the_checkout_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = tempfile::tempdir().expect("the temporary folder is writable");
    let profile = tempfile::tempdir().expect("the temporary folder is writable");
    let artifacts = folder.join("artifacts");
    std::fs::create_dir_all(&artifacts).expect("the artefacts' folder can be made");
    let program = Program::start(&[
        "demo",
        "--data",
        &data.path().to_string_lossy(),
        "--listen",
        "127.0.0.1:0",
        "--json",
    ]);
    let output = Command::new("node")
        .arg("buy.mjs")
        .current_dir(folder.join("browser"))
        .env("SHOP_URL", program.told("url"))
        .env("SHOP_STAFF_EMAIL", program.told("staff_email"))
        .env("SHOP_STAFF_PASSWORD", program.told("staff_password"))
        .env("CHROMIUM", chromium())
        .env("CHROMIUM_PROFILE", profile.path())
        .env("ARTIFACTS", &artifacts)
        .output()
        .expect("Node starts");
    assert!(
        output.status.success(),
        "the purchase failed; see {}\n{}{}",
        artifacts.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn chromium() -> PathBuf {
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .map(|name| Path::new("/usr/bin").join(name))
        .find(|program| program.is_file())
        .expect("Chromium is installed: `cargo xtask test --only tools` installs it")
}
