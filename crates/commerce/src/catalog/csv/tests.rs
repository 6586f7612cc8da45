use super::*;

fn read_text(text: &str) -> ProductFile {
    read(text.as_bytes(), Currency::EUR).unwrap()
}

fn reasons(file: &ProductFile) -> Vec<(u64, &str)> {
    file.rejected
        .iter()
        .map(|rejected| (rejected.line, rejected.reason.as_str()))
        .collect()
}

#[test]
fn rows_of_one_handle_are_one_product_with_variants_and_pictures() {
    let file = read_text(
        "\u{feff}Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Image Position,Image Alt Text,Variant Image\n\
         stool,Oak Stool,\"<p>Three\nlegs, \"\"solid\"\"</p>\",Oak & Co,Seat,\"oak, new\",true,Size,Small,Colour,Natural,ST-1,2500,shopify,4,deny,\"1,299.00\",1500,https://x.test/2.jpg,2,,\n\
         stool,,,,,,,,Large,,Natural,ST-2,,,7,,,,https://x.test/1.jpg,1,From above,https://x.test/3.jpg\n\
         stool,,,,,,,,,,,,,,,,,,https://x.test/4.jpg,4,,\n",
    );
    assert_eq!(reasons(&file), []);
    let [product] = &file.products[..] else {
        panic!("{file:?}")
    };
    assert_eq!((product.line, product.handle.as_str()), (2, "stool"));
    assert_eq!(product.published, Some(true));
    let input = &product.input;
    assert_eq!(
        input.description_html.as_deref(),
        Some("<p>Three\nlegs, \"solid\"</p>")
    );
    let options = input.options.as_ref().unwrap();
    let names: Vec<_> = options
        .iter()
        .map(|option| option.name.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["Size", "Colour"]);
    assert_eq!(options[0].values.len(), 2);
    assert_eq!(options[1].values.len(), 1);
    let variants = input.variants.as_ref().unwrap();
    assert_eq!(variants.len(), 2);
    assert_eq!(variants[0].price_minor, Some(129_900));
    assert_eq!(
        variants[1].price_minor,
        Some(129_900),
        "a blank price is the first variant's"
    );
    assert_eq!(variants[1].compare_at_minor, Some(None));
    assert_eq!(
        [variants[0].item.tracked, variants[1].item.tracked],
        [Some(true), Some(false)]
    );
    assert_eq!(
        variants[1].stock[0].available, 7,
        "a blank tracker stores without counting"
    );
    assert_eq!(variants[1].item.weight.unwrap().0, 2500);
    assert_eq!(
        variants[1]
            .media
            .as_ref()
            .and_then(|media| media.url.as_deref()),
        Some("https://x.test/3.jpg")
    );
    let pictures: Vec<_> = input
        .media
        .as_ref()
        .unwrap()
        .iter()
        .map(|media| media.url.as_deref().unwrap())
        .collect();
    assert_eq!(
        pictures,
        [
            "https://x.test/1.jpg",
            "https://x.test/2.jpg",
            "https://x.test/4.jpg"
        ]
    );
}

#[test]
fn the_newer_dialect_reads_the_same() {
    let file = read_text(
        "Title,URL handle,Description,Published on online store,Status,SKU,Option1 name,Option1 value,Price,Compare-at price,Inventory quantity,Continue selling when out of stock,Weight value (grams),Product image URL\n\
         Lamp,,Warm,FALSE,Draft,L-1,Colour,Brass,49.90,59.90,-3,CONTINUE,900,/cdn/lamp.svg\n\
         ,,,,,L-2,,Black,,,5,,,\n",
    );
    assert_eq!(reasons(&file), []);
    let product = &file.products[0];
    assert_eq!(product.handle, "lamp");
    assert_eq!(product.published, Some(false));
    assert_eq!(product.input.status, Some(ProductStatus::Draft));
    let variants = product.input.variants.as_ref().unwrap();
    assert_eq!(
        variants[0].inventory_policy,
        Some(InventoryPolicy::Continue)
    );
    assert_eq!(variants[0].stock[0].available, -3);
    assert_eq!(variants[0].compare_at_minor, Some(Some(5_990)));
    assert_eq!(variants[1].price_minor, Some(4_990));
    assert_eq!(product.variant_lines, [2, 3]);
}

#[test]
fn a_product_without_options_has_the_default_one() {
    let file = read_text("Handle,Title,Variant Price\nmug,Mug,9\n");
    let input = &file.products[0].input;
    let option = &input.options.as_ref().unwrap()[0];
    assert_eq!(option.name.as_deref(), Some("Title"));
    assert_eq!(option.values[0].name.as_deref(), Some("Default Title"));
    assert_eq!(
        input.media, None,
        "what the file has no column for stays as it is"
    );
}

#[test]
fn one_bad_row_keeps_its_whole_product_out_and_no_other() {
    let file = read_text(
        "Handle,Title,Option1 Name,Option1 Value,Variant Price,Variant Inventory Qty,Published\n\
         a,A,Size,S,5,1,true\n\
         a,,,M,cheap,1,\n\
         a,,,,7,1,\n\
         b,B,Size,S,5,1,perhaps\n\
         c,C,Size,S,5,1,true\n\
         ,,,M,6,2,\n\
         d,,Size,S,5,1,true\n\
         c,Another,Size,L,5,1,true\n",
    );
    let handles: Vec<_> = file
        .products
        .iter()
        .map(|product| product.handle.as_str())
        .collect();
    assert_eq!(handles, ["c"]);
    assert_eq!(file.products[0].variant_lines, [6, 7]);
    assert_eq!(
        reasons(&file),
        [
            (3, "Variant Price: 'cheap' is not an amount such as 19.99."),
            (4, "The variant has no value for the option 'Size'."),
            (5, "Published: 'perhaps' is not TRUE or FALSE."),
            (8, "The product's first row has no title."),
            (9, "The handle belongs to 'C' on line 6."),
        ]
    );
}

#[test]
fn a_row_that_is_not_text_keeps_its_product_out() {
    let file = read(
        b"Handle,Title,Variant Price\na,A,1\na,,\xff\nb,B,2\n",
        Currency::EUR,
    )
    .unwrap();
    assert_eq!(file.products.len(), 1);
    assert_eq!(file.products[0].handle, "b");
    assert_eq!(file.rejected[0].line, 3);
}

#[test]
fn other_files_are_refused_as_a_whole() {
    let refused = |text: &[u8]| read(text, Currency::EUR).unwrap_err();
    assert_eq!(refused(b""), FileError::Empty);
    assert_eq!(
        refused(b"Name,Email\nAda,a@b.c\n"),
        FileError::ColumnMissing("Title")
    );
    assert_eq!(refused(b"\xff\xfe,Title\n"), FileError::NotText);
}

#[test]
fn semicolons_and_tabs_part_cells_too() {
    let file = read_text("Handle;Title;Variant Price\nmug;Mug;9,50\n");
    assert_eq!(
        file.products[0].input.variants.as_ref().unwrap()[0].price_minor,
        Some(950)
    );
    assert_eq!(read_text("Handle\tTitle\nmug\tMug\n").products.len(), 1);
}

#[test]
fn lines_are_told_right_where_they_end_as_in_excel() {
    let file = read_text("Handle,Title,Variant Price\r\na1,A,1\r\nb1,B,zz\r\n");
    let refused = "Variant Price: 'zz' is not an amount such as 19.99.";
    assert_eq!(reasons(&file), [(3, refused)]);
    assert_eq!(file.products[0].line, 2);
}

#[test]
fn a_row_whose_quote_is_never_closed_is_refused_by_name() {
    let file = read_text("Handle,Title,Variant Price\nw,W,1\nx,\"unclosed,3\ny,ok,4\n");
    assert_eq!(file.rejected.len(), 1);
    assert_eq!(
        (file.rejected[0].line, file.rejected[0].handle.as_str()),
        (3, "x")
    );
    let reason = &file.rejected[0].reason;
    assert!(
        reason.starts_with("A quote is opened on line 3 and never closed"),
        "{reason}"
    );
    let handles: Vec<&str> = file
        .products
        .iter()
        .map(|each| each.handle.as_str())
        .collect();
    assert_eq!(handles, ["w"]);
}

#[test]
fn rows_beyond_the_limit_are_told_of_and_the_product_that_they_cut_stays_out() {
    let text = "Handle,Title,Option1 Value,Variant Price\na,A,,1\nb,B,S,1\nb,,M,1\nb,,L,1\n";
    let file = read_rows(text.as_bytes(), Currency::EUR, 3).unwrap();
    assert_eq!(file.products.len(), 1);
    assert_eq!(file.rejected.len(), 1);
    assert_eq!(file.rejected[0].line, 5);
    assert!(file.rejected[0].reason.contains("more than 3 rows"));
    assert_eq!(
        read_rows(text.as_bytes(), Currency::EUR, 4)
            .unwrap()
            .rejected,
        []
    );
}
