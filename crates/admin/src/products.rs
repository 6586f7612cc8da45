//! The list of products, to look things up in.

use axum::Extension;
use axum::http::{HeaderMap, StatusCode};
use commerce::catalog::{self, MediaImage, PRODUCTS, Product, ProductSort, ProductStatus};
use commerce::inventory;
use maud::{Markup, html};
use store::search::compile;
use units::ProductId;

use crate::at::Query;
use crate::desk::Desk;
use crate::frame::{self, Part};
use crate::paging::{Asked, pager};
use crate::reply::{Reply, page};
use crate::{session, states};

const PATH: &str = "/admin/products";

/// A product with what its row shows.
struct Row {
    product: Product,
    picture: Option<MediaImage>,
    stock: i64,
}

/// `GET /admin/products`.
pub(crate) async fn list(
    Extension(desk): Extension<Desk>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Reply {
    let wanted = asked.clone();
    let (clerk, (found, rows)) = session::read(&desk, &headers, move |tx, shop| {
        let compiled = compile(&wanted.query, &PRODUCTS, shop.currency);
        let window = wanted.in_order();
        let found = catalog::products_page(tx, compiled.filter, ProductSort::Title, &window)?;
        let ids: Vec<ProductId> = found.nodes.iter().map(|product| product.id).collect();
        let stocks = inventory::totals(tx, &ids)?;
        let pictures = catalog::first_media(tx, &ids)?;
        let rows: Vec<Row> = found
            .nodes
            .iter()
            .cloned()
            .zip(pictures)
            .zip(stocks)
            .map(|((product, picture), stock)| Row {
                product,
                picture,
                stock,
            })
            .collect();
        Ok((found, rows))
    })
    .await?;
    let shop = &clerk.shop;
    let body = html! {
        div.top {
            h1 { "Products" }
            form.seek role="search" action=(PATH) {
                label.hidden for="query" { "Search products" }
                input id="query" type="search" name="query" value=(asked.query) placeholder="Title, SKU, tag:…, vendor:…" maxlength="200";
                button.quiet { "Search" }
            }
        }
        div.scroll {
            @if rows.is_empty() { p.empty { "No products here." } } @else {
                table {
                    thead { tr { th { "Product" } th { "Status" } th.end { "In stock" } th.end.wide { "Variants" } th.wide { "Vendor" } th.end { "Price" } } }
                    tbody { @for row in &rows {
                        tr {
                            td { div.thing {
                                @match &row.picture { Some(picture) => img src=(picture.url) alt="" loading="lazy";, None => span.none {} }
                                a.row href=(format!("/products/{}", row.product.handle)) { (row.product.title) }
                            } }
                            td { (status(row.product.status)) }
                            td.end.num { (row.stock) }
                            td.end.num.wide { (row.product.variants_count) }
                            td.wide.soft { (row.product.vendor) }
                            td.end.num.nowrap { (shop.money(row.product.price_min_minor).shown())
                                @if row.product.price_max_minor > row.product.price_min_minor { " – " (shop.money(row.product.price_max_minor).shown()) } }
                        }
                    } }
                }
            }
        }
        (pager(PATH, &asked, &found))
    };
    Ok(page(
        StatusCode::OK,
        &frame::page(&clerk, Part::Products, "Products", &body),
    ))
}

fn status(status: ProductStatus) -> Markup {
    match status {
        ProductStatus::Active => states::good("Active"),
        ProductStatus::Draft => states::plain("Draft"),
        ProductStatus::Archived => states::plain("Archived"),
        ProductStatus::Unlisted => states::plain("Unlisted"),
    }
}
