//! Reading what apps said.

use store::{StoreError, Tx};
use units::{AppId, ProductId};

use super::{About, Feedback, Row};

/// What apps say about each product, by app.
///
/// # Errors
/// `Store` faults only.
pub fn of_products(tx: &mut Tx, products: &[ProductId]) -> Result<Vec<Vec<Feedback>>, StoreError> {
    let rows: Vec<Vec<Row>> = tx.each(
        "SELECT subject_id, app_id, state, messages, generated_at, subject_updated_at
           FROM resource_feedback
          WHERE shop_id = $shop AND subject_kind = $2 AND subject_id = $1
          ORDER BY app_id",
        products,
        (About::Product,),
    )?;
    let told = |rows: Vec<Row>| rows.into_iter().map(Row::into_feedback).collect();
    Ok(rows.into_iter().map(told).collect())
}

/// What each of some apps says about the shop.
///
/// # Errors
/// `Store` faults only.
pub fn of_shop(tx: &mut Tx, apps: &[AppId]) -> Result<Vec<Option<Feedback>>, StoreError> {
    let rows: Vec<Row> = tx.all(
        "SELECT subject_id, app_id, state, messages, generated_at, subject_updated_at
           FROM resource_feedback
          WHERE shop_id = $shop AND subject_kind = $1 AND subject_id = 0 AND app_id = ANY($2)",
        (About::Shop, apps),
    )?;
    let all: Vec<Feedback> = rows.into_iter().map(Row::into_feedback).collect();
    let of = |app: &AppId| all.iter().find(|own| own.app == *app).cloned();
    Ok(apps.iter().map(of).collect())
}

/// What one app says about each of some products.
///
/// # Errors
/// `Store` faults only.
pub fn from_app(
    tx: &mut Tx,
    app: AppId,
    products: &[ProductId],
) -> Result<Vec<Option<Feedback>>, StoreError> {
    let all = of_products(tx, products)?;
    let own = |said: Vec<Feedback>| said.into_iter().find(|own| own.app == app);
    Ok(all.into_iter().map(own).collect())
}
