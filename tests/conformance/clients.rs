//! The client libraries that real apps and storefronts use, from npm and PyPI, unmodified,
//! over https with the certificate that the program made for itself.

use std::path::{Path, PathBuf};

use tests::{TestShop, scenario};
use tokio::process::Command;

#[scenario(secure)]
async fn a_whole_purchase_with_the_admin_and_storefront_clients(shop: TestShop) {
    run_node(shop, "purchase.mjs").await;
}

#[scenario(secure)]
async fn the_generic_client_reads_replies_errors_and_versions(shop: TestShop) {
    run_node(shop, "generic.mjs").await;
}

#[scenario(secure)]
async fn a_purchase_with_the_storefront_client_that_asks_an_old_release(shop: TestShop) {
    run_node(shop, "buy_sdk.mjs").await;
}

#[scenario(secure)]
async fn an_orders_life_with_the_python_library(shop: TestShop) {
    let python = folder("../target/python").join("bin/python");
    assert!(
        python.is_file(),
        "the Python library is not installed: `cargo xtask test --only python` installs it"
    );
    let mut command = Command::new(python);
    command.env("SSL_CERT_FILE", shop.certificate());
    run(shop, command, "order.py").await;
}

async fn run_node(shop: TestShop, script: &str) {
    assert!(
        folder("conformance/clients/node_modules").is_dir(),
        "the client libraries are not installed: `cargo xtask test --only javascript` installs them"
    );
    let mut command = Command::new("node");
    command.env("NODE_EXTRA_CA_CERTS", shop.certificate());
    run(shop, command, script).await;
}

/// A folder by its place beside this package's manifest.
fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

async fn run(shop: TestShop, mut command: Command, script: &str) {
    command
        .arg(script)
        .current_dir(folder("conformance/clients"))
        .env("SHOP_URL", shop.url())
        .env("SHOP_DOMAIN", shop.domain())
        .env("SHOP_ADMIN_TOKEN", shop.admin_token())
        .env("SHOP_STOREFRONT_TOKEN", shop.storefront_token())
        .env("SHOP_APP_SECRET", shop.app_secret())
        .kill_on_drop(true);
    let output = command.output().await.expect("the program starts");
    assert!(
        output.status.success(),
        "{script} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
