//! Exporting product files, and reading them into another shop.

use commerce::catalog::{self, csv};
use commerce::metafields::{self, DefinitionInput, Owner};
use store::{StoreError, Tx};
use units::{Currency, ShopId};

use crate::world::{SHOP, TWIN, World, on_both};

/// Texts that a spreadsheet would run, a film of lines, options, and what is sold by the litre.
const FILE: &str = "Handle,Title,Body (HTML),Tags,Published,Status,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Grams,Variant Weight Unit,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text,Variant Image,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,Unit Price Base Measure Unit\n\
    oil,\"=HYPERLINK(\"\"x\"\")\",\"<p>One\nTwo, \"\"three\"\"</p>\",\"olive, @home\",true,active,Size,Small,+1,shopify,4,deny,750,g,9.00,10.00,https://x.test/1.png,1,-dark,https://x.test/2.png,750,ml,1,l\n\
    oil,,,,,,,Large,O-L,,7,continue,1500,kg,17.50,,https://x.test/2.png,2,,,,,,\n\
    oil,,,,,,,,,,,,,,,,https://x.test/3.png,3,,,,,,\n\
    mug,Mug,,,false,draft,Title,Default Title,'quoted,shopify,-2,continue,0,kg,9.00,,,,,,,,,\n";

fn import(world: &World, shop: ShopId, text: &str) -> catalog::Imported {
    let file = csv::read(text.as_bytes(), Currency::EUR).unwrap();
    let call = world.call_in(shop);
    catalog::import(&world.db, &call, file, |_, _| {}).unwrap()
}

fn export(world: &World, shop: ShopId) -> String {
    let mut out = Vec::new();
    let mut told = Vec::new();
    let count = catalog::export(&world.db, shop, "", &mut out, |done, of| {
        told.push((done, of))
    })
    .unwrap();
    assert_eq!(told.last().copied().unwrap_or_default(), (count, count));
    String::from_utf8(out).unwrap()
}

/// What a second shop exports after it read what the first one exported.
fn goes_round(world: &World, text: &str) -> String {
    assert_eq!(import(world, SHOP, text).rejected, []);
    let first = export(world, SHOP);
    let read = import(world, TWIN, &first);
    assert_eq!(read.rejected, []);
    assert_eq!(export(world, TWIN), first);
    let again = import(world, SHOP, &first);
    assert_eq!(
        (again.created, again.updated),
        (0, 0),
        "the shop is as its own file has it"
    );
    first
}

#[test]
fn what_one_shop_exports_another_reads_and_exports_alike() {
    on_both(|world| {
        let text = goes_round(world, FILE);
        assert!(
            text.contains("'=HYPERLINK"),
            "no spreadsheet runs it: {text}"
        );
        assert!(text.contains(",'+1,") && text.contains(",'-dark,"));
        assert!(text.contains(",750,ml,1,l"));
        assert_eq!(text.matches("https://x.test/3.png").count(), 1);
        let oil = world.read(|tx| catalog::product_by_handle(tx, "oil").unwrap().unwrap());
        assert_eq!(oil.title, "=HYPERLINK(\"x\")");
        assert_eq!(world.variants(oil.id)[0].variant.sku, "+1");
    });
}

/// Defines metafields of products: keys and types.
fn define(world: &World, shop: ShopId) {
    for (key, kind) in [
        ("care", "multi_line_text_field"),
        ("sizes", "list.number_integer"),
    ] {
        let call = world.call_in(shop);
        let input = DefinitionInput {
            owner: Owner::Product,
            namespace: Some("custom".to_owned()),
            key: key.to_owned(),
            name: Some(format!("The {key}")),
            kind: Some(kind.to_owned()),
            description: None,
            validations: None,
            admin_access: None,
            storefront_access: None,
            customer_account_access: None,
            pin: None,
            admin_filterable: None,
            unique_values: None,
            smart_collection: None,
        };
        let defined = move |tx: &mut Tx| {
            let done = metafields::define(tx, &call, &input);
            done.map(drop)
                .map_err(|error| StoreError::Database(error.to_string()))
        };
        world.db.write_blocking(shop, defined).unwrap();
    }
}

#[test]
fn custom_data_of_products_goes_round_in_columns_of_its_own() {
    const CUSTOM: &str = "Handle,Title,Care (product.metafields.custom.care),Sizes (product.metafields.custom.sizes),Lining (product.metafields.custom.lining)\n\
        coat,Coat,\"=wash\ncold\",3; 4,silk\n\
        hat,Hat,,many,\n\
        belt,Belt,,,\n";
    on_both(|world| {
        define(world, SHOP);
        define(world, TWIN);
        let read = import(world, SHOP, CUSTOM);
        let refused: Vec<&str> = read
            .rejected
            .iter()
            .map(|row| row.handle.as_str())
            .collect();
        assert_eq!((read.created, refused), (2, vec!["hat"]));
        let first = export(world, SHOP);
        let header = first.lines().next().unwrap();
        assert!(header.ends_with(
            "The care (product.metafields.custom.care),The sizes (product.metafields.custom.sizes)"
        ));
        assert!(first.contains("\"'=wash\ncold\",\"[3,4]\""), "{first}");
        assert_eq!(import(world, TWIN, &first).rejected, []);
        assert_eq!(export(world, TWIN), first);
    });
}

#[test]
fn known_files_go_round() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/products.csv");
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    for name in [
        demo.to_owned(),
        format!("{shared}/apparel.csv"),
        format!("{shared}/jewelery.csv"),
    ] {
        let Ok(text) = std::fs::read_to_string(&name) else {
            eprintln!("skipped: {name} is not here");
            continue;
        };
        on_both(|world| {
            let first = goes_round(world, &text);
            assert!(first.lines().count() > 10);
        });
    }
}

#[test]
fn an_empty_shop_exports_its_columns_alone() {
    on_both(|world| {
        let text = export(world, SHOP);
        assert_eq!(text.lines().count(), 1);
        assert!(text.starts_with("Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags"));
    });
}
