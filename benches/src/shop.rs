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

/// How many there are of a variant that sells out.
pub(crate) const SCARCE: i64 = 3_000;

/// A product on sale.
pub(crate) struct Product {
    pub(crate) handle: String,
    pub(crate) variant: String,
}

/// A running program with a stocked shop.
pub(crate) struct Shop {
    pub(crate) program: Program,
    pub(crate) products: Vec<Product>,
    /// Products of which there are few, one for each round that sells out.
    pub(crate) scarce: Vec<Product>,
    place: Vec<String>,
    admin_token: String,
    storefront_token: String,
}

impl Shop {
    /// Opens and stocks a shop, also with so many scarce products; `database` is
    /// empty for a file in the folder.
    pub(crate) fn open(folder: &Path, database: &str, scarce: usize) -> Result<Self, String> {
        let place = place(folder, database);
        let with = |arguments: &[&str]| {
            let all: Vec<&str> = arguments
                .iter()
                .copied()
                .chain(place.iter().map(String::as_str))
                .collect();
            program::run(&all)
        };
        let (admin_token, storefront_token) = prepare(&with)?;
        let file = folder.join("products.csv");
        std::fs::write(&file, product_file(scarce)).map_err(|error| error.to_string())?;
        let file = file.to_string_lossy();
        with(&["import", "products", file.as_ref(), "--shop", "bench"])?;
        let mut shop = Shop {
            program: Program::serve(&place.iter().map(String::as_str).collect::<Vec<_>>())?,
            products: Vec::new(),
            scarce: Vec::new(),
            admin_token,
            storefront_token,
            place,
        };
        for number in 1..=PRODUCTS {
            let product = shop.find(&format!("teapot-{number}"))?;
            shop.products.push(product);
        }
        for number in 1..=scarce {
            let product = shop.find(&format!("scarce-kettle-{number}"))?;
            shop.scarce.push(product);
        }
        Ok(shop)
    }

    /// Ends the program and starts it again on the same data.
    pub(crate) fn restart(&mut self) -> Result<(), String> {
        let place: Vec<&str> = self.place.iter().map(String::as_str).collect();
        self.program.stop();
        self.program = Program::serve(&place)?;
        Ok(())
    }

    fn find(&self, handle: &str) -> Result<Product, String> {
        let query = "query find($handle: String!) {
            product(handle: $handle) { variants(first: 1) { nodes { id } } }
        }";
        let found = self.storefront(query, &json!({"handle": handle}))?;
        let variant = found["product"]["variants"]["nodes"][0]["id"].as_str();
        match variant {
            Some(variant) => Ok(Product {
                handle: handle.to_owned(),
                variant: variant.to_owned(),
            }),
            None => Err(format!("{handle} was not imported: {found}")),
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

    /// Asks the Storefront API once and hands back `data`.
    pub(crate) fn storefront(&self, query: &str, variables: &Value) -> Result<Value, String> {
        self.ask(&self.storefront_request(query, variables))
    }

    fn ask(&self, request: &[u8]) -> Result<Value, String> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(async {
            let mut connection = Connection::open(self.program.address)
                .await
                .map_err(|error| error.to_string())?;
            let reply = connection
                .send(request)
                .await
                .map_err(|error| error.to_string())?;
            let mut json: Value = serde_json::from_slice(reply.body).unwrap_or_default();
            if reply.status != 200 || json.get("errors").is_some() {
                return Err(format!("the API answers {}", reply.shown()));
            }
            Ok(json["data"].take())
        })
    }
}

/// Opens an empty shop and makes its tokens for the Admin and the Storefront API.
pub(crate) fn prepare(
    with: &impl Fn(&[&str]) -> Result<String, String>,
) -> Result<(String, String), String> {
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
    let scopes = "read_products,write_products,write_publications,read_orders,write_orders,read_inventory,\
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
    Ok((token(&admin)?, token(&storefront)?))
}

/// A product file: each product has three variants, of which there are plenty,
/// except of the scarce ones.
fn product_file(scarce: usize) -> String {
    let mut text = String::from(
        "Handle,Title,Body (HTML),Vendor,Published,Option1 Name,Option1 Value,\
         Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
         Variant Price,Variant Requires Shipping,Variant Taxable,Image Src,Image Alt Text,Status\n",
    );
    let mut product = |handle: String, quantity: i64| {
        let title = handle.replace('-', " ");
        text.push_str(&format!(
            "{handle},{title},<p>Holds two litres and keeps them warm for an hour.</p>,Potter,true,\
             Size,Small,shopify,{quantity},deny,12.50,true,true,\
             https://images.example.com/{handle}.png,{title},active\n"
        ));
        for size in ["Medium", "Large"] {
            text.push_str(&format!(
                "{handle},,,,,,{size},shopify,{quantity},deny,12.50,true,true,,,\n"
            ));
        }
    };
    for number in 1..=PRODUCTS {
        product(format!("teapot-{number}"), PLENTY);
    }
    for number in 1..=scarce {
        product(format!("scarce-kettle-{number}"), SCARCE);
    }
    text
}

/// The arguments by which the program finds a shop; `database` is empty for a file in the folder.
pub(crate) fn place(folder: &Path, database: &str) -> Vec<String> {
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

/// A request to a GraphQL interface.
pub(crate) fn graphql(path: &str, token: (&str, &str), query: &str, variables: &Value) -> Vec<u8> {
    let body = json!({"query": query, "variables": variables}).to_string();
    request(
        "POST",
        path,
        &[("content-type", "application/json"), token],
        &body,
    )
}
