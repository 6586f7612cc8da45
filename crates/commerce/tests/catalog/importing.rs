//! Importing product files.

use commerce::catalog::{self, Imported, csv};
use units::Currency;

use crate::world::{SHOP, World, on_both};

const FILE: &str = "Handle,Title,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Variant Image,Collection\n\
    stool,Oak Stool,\"oak, seat\",true,Size,Small,ST-1,shopify,4,\"1,299.00\",1500,/cdn/a.svg,,Seats\n\
    stool,,,,,Large,ST-2,,7,1499,,,/cdn/b.svg,\n\
    mug,Mug,,false,Title,Default Title,MUG,shopify,-2,9,,,,\n\
    twice,Twice,,true,Size,S,,,,1,,,,\n\
    twice,,,,,s,,,,2,,,,\n";

fn import(world: &World, text: &str) -> Imported {
    let file = csv::read(text.as_bytes(), Currency::EUR).unwrap();
    let call = world.call_in(SHOP);
    let mut told = Vec::new();
    let all = file.products.len();
    let imported =
        catalog::import(&world.db, &call, file, |done, of| told.push((done, of))).unwrap();
    assert_eq!(told.last(), Some(&(all, all)));
    imported
}

#[test]
fn a_file_becomes_products_once_and_updates_them_after() {
    on_both(|world| {
        let imported = import(world, FILE);
        assert_eq!(
            (imported.created, imported.updated, imported.unchanged),
            (2, 0, 0)
        );
        let rejected = &imported.rejected[..];
        assert_eq!(rejected.len(), 1);
        assert_eq!(
            (rejected[0].line, rejected[0].handle.as_str()),
            (6, "twice")
        );
        assert!(
            rejected[0].reason.contains("already exists"),
            "{}",
            rejected[0].reason
        );

        let stool = world.read(|tx| catalog::product_by_handle(tx, "stool").unwrap().unwrap());
        assert_eq!(
            (stool.price_min_minor, stool.price_max_minor),
            (129_900, 149_900)
        );
        let variants = world.variants(stool.id);
        assert_eq!((variants[0].available, variants[1].available), (4, 7));
        assert!(variants[0].variant.tracked && !variants[1].variant.tracked);
        assert!(variants[1].variant.media_id.is_some());
        let mug = world.read(|tx| catalog::product_by_handle(tx, "mug").unwrap().unwrap());
        assert_eq!(mug.published_at, None);
        assert_eq!(world.variants(mug.id)[0].available, 0);
        let seats = world.read(|tx| catalog::collection_by_handle(tx, "seats").unwrap().unwrap());
        assert_eq!(seats.products_count, 1);

        let events = world.events().len();
        let again = import(world, FILE);
        assert_eq!((again.created, again.updated, again.unchanged), (0, 0, 2));
        assert_eq!(
            world.events().len(),
            events,
            "nothing changed, nothing is told"
        );

        let dearer = FILE.replace("1499", "1599").replace(",7,", ",2,");
        let updated = import(world, &dearer);
        assert_eq!(
            (updated.created, updated.updated, updated.unchanged),
            (0, 1, 1)
        );
        let now = world.variants(stool.id);
        assert_eq!(now[1].variant.id, variants[1].variant.id);
        assert_eq!((now[1].variant.price_minor, now[1].available), (159_900, 2));
        assert_eq!(world.rows("products"), 2);
        assert_eq!(world.rows("media"), 2);
    });
}

#[test]
fn the_demonstration_shops_catalogue_is_imported_whole_with_a_picture_for_every_address() {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo");
    let text = std::fs::read_to_string(format!("{demo}/products.csv")).unwrap();
    on_both(|world| {
        let imported = import(world, &text);
        assert_eq!(imported.rejected, []);
        assert_eq!((imported.created, imported.products()), (50, 50));
        let urls: Vec<String> = world.read(|tx| {
            tx.all("SELECT url FROM media WHERE shop_id = $shop", ())
                .unwrap()
        });
        for url in urls {
            let name = url.strip_prefix("/cdn/shop/files/").unwrap();
            assert!(
                std::path::Path::new(&format!("{demo}/images/{name}")).exists(),
                "{name}"
            );
        }
        let (for_sale, sold_out) = world.read(|tx| {
            let filter = catalog::listed(crate::world::NOW);
            let window = store::Window::first(250);
            let page =
                catalog::products_page(tx, filter, catalog::ProductSort::Id, &window).unwrap();
            let ids: Vec<_> = page.nodes.iter().map(|product| product.id).collect();
            (
                ids.len(),
                catalog::out_of_stock_variants(tx, &ids)
                    .unwrap()
                    .iter()
                    .sum::<i64>(),
            )
        });
        assert_eq!(for_sale, 48, "one is put away and one not ready");
        assert!(sold_out >= 10);
    });
}
