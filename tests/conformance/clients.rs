//! The client libraries that real apps and storefronts use, from npm, unmodified,
//! over https with the certificate that the program made for itself.

use std::path::Path;

use tests::{TestShop, scenario};

#[scenario(secure)]
async fn a_whole_purchase_with_the_admin_and_storefront_clients(shop: TestShop) {
    run(shop, "purchase.mjs").await;
}

#[scenario(secure)]
async fn the_generic_client_reads_replies_errors_and_versions(shop: TestShop) {
    run(shop, "generic.mjs").await;
}

async fn run(shop: TestShop, script: &'static str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/clients");
    assert!(
        folder.join("node_modules").is_dir(),
        "the client libraries are not installed: `cargo xtask test --only javascript` installs them"
    );
    let mut node = tokio::process::Command::new("node");
    node.arg(script)
        .current_dir(folder)
        .env("NODE_EXTRA_CA_CERTS", shop.certificate())
        .env("SHOP_URL", shop.url())
        .env("SHOP_ADMIN_TOKEN", shop.admin_token())
        .env("SHOP_STOREFRONT_TOKEN", shop.storefront_token())
        .env("SHOP_APP_SECRET", shop.app_secret())
        .kill_on_drop(true);
    let output = node.output().await.expect("Node starts");
    assert!(
        output.status.success(),
        "{script} failed:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}
