//! The harness keeps its own promises.

use tests::{TestShop, scenario};

#[scenario]
async fn the_shop_window_opens_under_the_shop_s_domain(shop: TestShop) {
    let page = shop.get("/").await.status(200);
    assert!(page.body().contains("Test shop"), "{}", page.body());
}
