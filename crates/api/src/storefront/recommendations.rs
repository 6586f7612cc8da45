//! Products that go with a product.

use commerce::catalog::{self, Intent, Product};
use graphql::Error;
use serde::Deserialize;
use units::ProductId;

use super::market;
use super::products::{IdOrHandleArgs, product};
use crate::errors::fault;
use crate::{Cx, Registry};

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum IntentArg {
    Complementary,
    Related,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecommendationsArgs {
    intent: Option<IntentArg>,
    product_handle: Option<String>,
    product_id: Option<ProductId>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("productRecommendations", recommendations);
}

fn recommendations(args: &RecommendationsArgs, cx: &mut Cx) -> Result<Option<Vec<Product>>, Error> {
    let wanted = IdOrHandleArgs {
        id: args.product_id.map(|id| id.to_string()),
        handle: args.product_handle.clone(),
    };
    let Some(product) = product(&wanted, cx)? else {
        return Ok(None);
    };
    let intent = match args.intent.unwrap_or(IntentArg::Related) {
        IntentArg::Related => Intent::Related,
        IntentArg::Complementary => Intent::Complementary,
    };
    let now = cx.request.now();
    let found = catalog::recommendations(&mut cx.tx, &product, intent, now).map_err(fault)?;
    let shown = market::visible(cx, found.into_iter().map(Some).collect())?;
    Ok(Some(shown.into_iter().flatten().collect()))
}
