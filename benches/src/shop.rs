//! The shop under load: opened by the program's own commands, stocked through its API.

use std::path::Path;

use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::http::{Connection, request};
use crate::program::{self, Program};

/// The API version that the load speaks.
const VERSION: &str = "2026-10";
/// How many products the shop sells, so that a listing of 24 has a next page.
pub(crate) const PRODUCTS: usize = 30;
/// More than any round sells.
const PLENTY: i64 = 900_000;

/// A product on sale.
pub(crate) struct Product {
    pub(crate) handle: String,
    pub(crate) variant: String,
}

/// A running program with a stocked shop.
pub(crate) struct Shop {
    pub(crate) program: Program,
    pub(crate) products: Vec<Product>,
    place: Vec<String>,
    admin_token: String,
    storefront_token: String,
}

impl Shop {
    /// Opens and stocks a shop; `database` is empty for a file in the folder.
    pub(crate) fn open(folder: &Path, database: &str) -> Result<Self, String> {
        let place = place(folder, database);
        let with = |arguments: &[&str]| {
            let all: Vec<&str> = arguments
                .iter()
                .copied()
                .chain(place.iter().map(String::as_str))
                .collect();
            program::run(&all)
        };
        with(&["migrate"])?;
        with(&[
            "shop",
            "create",
            "--handle",
            "bench",
            "--name",
            "Bench",
            "--email",
            "owner@example.com",
            "--currency",
            "EUR",
            "--country",
            "DE",
            "--tax-percent",
            "19",
            "--taxes-included",
            "--shipping-price",
            "4.90",
            "--test",
        ])?;
        let scopes = "read_products,write_products,read_orders,write_orders,read_inventory,\
                      write_inventory,read_locations,read_customers,write_customers";
        let admin = with(&[
            "token",
            "create",
            "--shop",
            "bench",
            "--scopes",
            scopes,
            "--throttle",
            "0",
            "--json",
        ])?;
        let storefront = with(&[
            "token",
            "create",
            "--shop",
            "bench",
            "--storefront",
            "--json",
        ])?;
        let mut shop = Shop {
            program: Program::serve(&place.iter().map(String::as_str).collect::<Vec<_>>())?,
            products: Vec::new(),
            admin_token: token(&admin)?,
            storefront_token: token(&storefront)?,
            place,
        };
        let names: Vec<String> = (1..=PRODUCTS)
            .map(|number| format!("Teapot {number}"))
            .collect();
        for name in names {
            let product = shop.stock(&name, PLENTY)?;
            shop.products.push(product);
        }
        Ok(shop)
    }

    /// Ends the program and starts it again on the same data.
    pub(crate) fn restart(&mut self) -> Result<(), String> {
        let place: Vec<&str> = self.place.iter().map(String::as_str).collect();
        self.program = Program::serve(&place)?;
        Ok(())
    }

    /// Puts a product with three variants on sale, of each of which so many are there.
    pub(crate) fn stock(&self, title: &str, available: i64) -> Result<Product, String> {
        let located = self.admin("{ locations(first: 1) { nodes { id } } }", &json!({}))?;
        let location = &located["locations"]["nodes"][0]["id"];
        let variant = |size: &str| {
            json!({
                "optionValues": [{"optionName": "Size", "name": size}],
                "price": "12.50",
                "inventoryItem": {"tracked": true},
                "inventoryQuantities": [
                    {"locationId": location, "name": "available", "quantity": available}
                ],
            })
        };
        let sizes = ["Small", "Medium", "Large"];
        let input = json!({
            "title": title,
            "descriptionHtml": "<p>Holds two litres and keeps them warm for an hour.</p>",
            "status": "ACTIVE",
            "productOptions": [{"name": "Size", "values": sizes.map(|name| json!({"name": name}))}],
            "variants": sizes.map(variant),
            "files": [{
                "originalSource": "https://images.example.com/teapot.png",
                "alt": title,
                "contentType": "IMAGE",
            }],
        });
        let query = "mutation stock($input: ProductSetInput!) {
            productSet(input: $input, synchronous: true) {
                product { handle variants(first: 1) { nodes { id } } }
                userErrors { field message }
            }
        }";
        let made = self.admin(query, &json!({"input": input}))?;
        let product = &made["productSet"]["product"];
        let text = |value: &Value| value.as_str().map(str::to_owned);
        match (
            text(&product["handle"]),
            text(&product["variants"]["nodes"][0]["id"]),
        ) {
            (Some(handle), Some(variant)) => Ok(Product { handle, variant }),
            _ => Err(format!("the product was refused: {made}")),
        }
    }

    /// A request to the Admin API.
    pub(crate) fn admin_request(&self, query: &str, variables: &Value) -> Vec<u8> {
        let path = format!("/admin/api/{VERSION}/graphql.json");
        graphql(
            &path,
            ("x-shopify-access-token", &self.admin_token),
            query,
            variables,
        )
    }

    /// A request to the Storefront API.
    pub(crate) fn storefront_request(&self, query: &str, variables: &Value) -> Vec<u8> {
        let path = format!("/api/{VERSION}/graphql.json");
        let header = (
            "x-shopify-storefront-access-token",
            self.storefront_token.as_str(),
        );
        graphql(&path, header, query, variables)
    }

    /// Asks the Admin API once and hands back `data`.
    pub(crate) fn admin(&self, query: &str, variables: &Value) -> Result<Value, String> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(async {
            let mut connection = Connection::open(self.program.address)
                .await
                .map_err(|error| error.to_string())?;
            let request = self.admin_request(query, variables);
            let reply = connection
                .send(&request)
                .await
                .map_err(|error| error.to_string())?;
            let mut json: Value = serde_json::from_slice(reply.body).unwrap_or_default();
            if reply.status != 200 || json.get("errors").is_some() {
                return Err(format!("the Admin API answers {}", reply.shown()));
            }
            Ok(json["data"].take())
        })
    }
}

fn place(folder: &Path, database: &str) -> Vec<String> {
    let mut place = vec!["--data".to_owned(), folder.to_string_lossy().into_owned()];
    if !database.is_empty() {
        place.extend(["--database".to_owned(), database.to_owned()]);
    }
    place
}

fn token(printed: &str) -> Result<String, String> {
    let json: Value = serde_json::from_str(printed.trim()).unwrap_or_default();
    let token = json["token"].as_str().map(str::to_owned);
    token.ok_or_else(|| format!("`token create --json` printed no token: {printed}"))
}

fn graphql(path: &str, token: (&str, &str), query: &str, variables: &Value) -> Vec<u8> {
    let body = json!({"query": query, "variables": variables}).to_string();
    request(
        "POST",
        path,
        &[("content-type", "application/json"), token],
        &body,
    )
}
