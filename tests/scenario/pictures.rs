//! Pictures from elsewhere become the shop's own: of products, collections and articles.

use serde_json::{Value, json};
use tests::{Host, TestShop, scenario};

use crate::files::{PNG, WIDE, given_upload, path_of, settled};

const CREATE: &str = "mutation($product: ProductCreateInput!, $media: [CreateMediaInput!]) {
    productCreate(product: $product, media: $media) {
        product { id handle media(first: 5) { nodes { id status mediaErrors { code } } } }
        userErrors { field message } } }";
const SHOWN: &str = "query($id: ID!) { product(id: $id) {
    images(first: 5) { nodes { url width height altText
        small: url(transform: { maxWidth: 1 }) } }
    media(first: 5) { nodes { id status mediaErrors { code message }
        ... on MediaImage { image { url } originalSource { fileSize } } } } } }";

fn picture(source: &str) -> Value {
    json!({ "mediaContentType": "IMAGE", "originalSource": source, "alt": "A cup" })
}

#[scenario]
async fn a_picture_on_the_web_becomes_the_shops_own_or_says_why_not(shop: TestShop) {
    let web = Host::start(&[("cup.png", PNG), ("page", b"<html>")]).await;
    let media = json!([
        picture(&web.url("cup.png")),
        picture(&web.url("missing.png")),
        picture(&web.url("page")),
    ]);
    let asked = json!({ "product": { "title": "Cup" }, "media": media });
    let made = shop.admin(CREATE, asked).await.ok();
    let id = made.text("productCreate.product.id");
    let ids: Vec<String> = made
        .list("productCreate.product.media.nodes")
        .iter()
        .map(|node| node["id"].as_str().unwrap_or_default().to_owned())
        .collect();
    assert_eq!(ids.len(), 3);
    for one in &ids {
        settled(&shop, one).await;
    }
    let shown = shop.admin(SHOWN, json!({ "id": id })).await.ok();
    let images = shown.list("product.images.nodes");
    assert_eq!(images.len(), 1, "{images:?}");
    assert_eq!(
        (
            &images[0]["width"],
            &images[0]["height"],
            &images[0]["altText"]
        ),
        (&json!(2), &json!(3), &json!("A cup"))
    );
    let path = path_of(&images[0]["url"]);
    assert!(path.starts_with("/cdn/shop/files/cup.png?v="), "{path}");
    assert!(path_of(&images[0]["small"]).ends_with("&width=1"));
    let sent = shop.get(&path).await.status(200);
    assert_eq!(
        sent.header("Cache-Control"),
        "public, max-age=31557600, immutable"
    );
    let nodes = shown.list("product.media.nodes");
    let told = |place: usize| {
        (
            nodes[place]["status"].clone(),
            nodes[place]["mediaErrors"][0]["code"].clone(),
        )
    };
    assert_eq!(told(0), (json!("READY"), Value::Null));
    assert_eq!(told(1), (json!("FAILED"), json!("IMAGE_DOWNLOAD_FAILURE")));
    assert_eq!(
        told(2),
        (json!("FAILED"), json!("UNSUPPORTED_IMAGE_FILE_TYPE"))
    );
    assert_eq!(nodes[1]["image"], Value::Null);

    // Buyers see what there is.
    shop.publish(&id).await;
    let handle = json!({ "handle": made.text("productCreate.product.handle") });
    let query = "query($handle: String!) { product(handle: $handle) {
        featuredImage { url width } media(first: 5) { nodes { id } } } }";
    let bought = shop.storefront(query, handle).await.ok();
    assert_eq!(bought.get("product.featuredImage.width"), &json!(2));
    assert_eq!(bought.list("product.media.nodes").len(), 1);
}

#[scenario]
async fn what_a_product_shows_from_an_address_is_not_brought_twice(shop: TestShop) {
    let web = Host::start(&[("cup.png", PNG), ("nameless", WIDE)]).await;
    let set = "mutation($input: ProductSetInput!) { productSet(input: $input, synchronous: true) {
        product { id media(first: 9) { nodes { id } } } userErrors { field message code } } }";
    let options = json!([{ "name": "Title", "values": [{ "name": "Default Title" }] }]);
    let variants = json!([{ "optionValues": [{ "optionName": "Title", "name": "Default Title" }], "price": "3" }]);
    let files = json!([
        { "originalSource": web.url("cup.png"), "contentType": "IMAGE" },
        { "originalSource": web.url("nameless"), "contentType": "IMAGE" },
    ]);
    let mut input = json!({ "title": "Cup", "productOptions": options, "variants": variants,
        "files": files });
    let made = shop.admin(set, json!({ "input": input })).await.ok();
    let before = made.list("productSet.product.media.nodes").to_vec();
    input["id"] = json!(made.text("productSet.product.id"));
    let again = shop.admin(set, json!({ "input": input })).await.ok();
    assert_eq!(again.list("productSet.product.media.nodes"), before);
    for node in &before {
        let id = node["id"].as_str().unwrap_or_default();
        assert_eq!(settled(&shop, id).await["fileStatus"], "READY");
    }

    // The addresses that the shop tells mean the same pictures.
    let shown = shop.admin(SHOWN, json!({ "id": input["id"] })).await.ok();
    let told = shown.list("product.images.nodes");
    let named = path_of(&told[1]["url"]);
    assert!(
        named.contains("/nameless_") && named.contains(".png?v="),
        "{named}"
    );
    assert_eq!(told[1]["width"], 8);
    let files: Vec<Value> = told
        .iter()
        .map(|one| json!({ "originalSource": one["url"], "contentType": "IMAGE" }))
        .collect();
    input["files"] = json!(files);
    let again = shop.admin(set, json!({ "input": input })).await.ok();
    assert_eq!(again.list("productSet.product.media.nodes"), before);

    // Another product that is given one gets its own copy, without a call.
    let asked = json!({ "product": { "title": "Mug" }, "media": [picture(told[0]["url"].as_str().unwrap_or_default())] });
    let other = shop.admin(CREATE, asked).await.ok();
    let copy = other.text("productCreate.product.media.nodes.0.id");
    assert_ne!(json!(copy), before[0]["id"]);
    assert_eq!(settled(&shop, &copy).await["image"]["width"], 2);
}

#[scenario]
async fn a_collections_picture_is_a_file_of_the_shop(shop: TestShop) {
    let create = "mutation($input: CollectionInput!) { collectionCreate(input: $input) {
        collection { id image { url } } userErrors { field message } } }";
    let update = "mutation($input: CollectionInput!) { collectionUpdate(input: $input) {
        collection { image { id url altText width height } } userErrors { field message } } }";
    let query = "query($id: ID!) { collection(id: $id) { image { id url altText width height } }
        files(first: 5, query: \"media_type:IMAGE\") { nodes { id fileStatus } } }";
    let source = given_upload(&shop, "letters.png", "image/png", PNG).await;
    let input = json!({ "title": "Letters", "image": { "src": source, "altText": "Letters" } });
    let made = shop.admin(create, json!({ "input": input })).await.ok();
    let id = made.text("collectionCreate.collection.id");
    let shown = shop.admin(query, json!({ "id": id })).await.ok();
    let file = shown.text("files.nodes.0.id");
    settled(&shop, &file).await;
    let shown = shop.admin(query, json!({ "id": id })).await.ok();
    let image = shown.get("collection.image").clone();
    assert_eq!(
        (&image["width"], &image["height"], &image["altText"]),
        (&json!(2), &json!(3), &json!("Letters"))
    );
    let path = path_of(&image["url"]);
    assert!(path.starts_with("/cdn/shop/files/letters.png"), "{path}");
    shop.get(&path).await.status(200);
    shop.publish(&id).await;
    let bought = "{ collection(handle: \"letters\") { image { url width } } }";
    let bought = shop.storefront(bought, json!({})).await.ok();
    assert_eq!(bought.get("collection.image.url"), &image["url"]);

    // The same picture again, with another text, stays the same file.
    let same = json!({ "id": id, "image": { "src": image["url"], "altText": "ABC" } });
    let reply = shop.admin(update, json!({ "input": same })).await.ok();
    let now = reply.get("collectionUpdate.collection.image");
    assert_eq!((&now["id"], &now["altText"]), (&image["id"], &json!("ABC")));
    let wrong = json!({ "id": id, "image": { "src": "letters.png" } });
    shop.admin(update, json!({ "input": wrong }))
        .await
        .refused_at("image.src");

    // A file that is gone is shown nowhere.
    let delete = "mutation($ids: [ID!]!) { fileDelete(fileIds: $ids) {
        deletedFileIds userErrors { field message code } } }";
    let _ = shop.admin(delete, json!({ "ids": [file] })).await.ok();
    let shown = shop.admin(query, json!({ "id": id })).await.ok();
    assert_eq!(shown.get("collection.image"), &Value::Null);
}

#[scenario]
async fn an_articles_picture_is_brought_from_the_web(shop: TestShop) {
    let web = Host::start(&[("wide.png", WIDE)]).await;
    let blog =
        "mutation { blogCreate(blog: { title: \"News\" }) { blog { id } userErrors { message } } }";
    let blog = shop
        .admin(blog, json!({}))
        .await
        .ok()
        .text("blogCreate.blog.id");
    let create = "mutation($article: ArticleCreateInput!) { articleCreate(article: $article) {
        article { id image { url } } userErrors { field message code } } }";
    let article = json!({ "title": "Cups", "author": { "name": "Ada" }, "blogId": blog,
        "image": { "url": web.url("wide.png"), "altText": "Wide" } });
    let made = shop.admin(create, json!({ "article": article })).await.ok();
    let id = made.text("articleCreate.article.id");
    let query = "query($id: ID!) { article(id: $id) { image { url altText width height } }
        files(first: 1) { nodes { id } } }";
    let shown = shop.admin(query, json!({ "id": id })).await.ok();
    settled(&shop, &shown.text("files.nodes.0.id")).await;
    let shown = shop.admin(query, json!({ "id": id })).await.ok();
    let image = shown.get("article.image");
    assert_eq!(
        (&image["width"], &image["altText"]),
        (&json!(8), &json!("Wide"))
    );
    shop.get(&path_of(&image["url"])).await.status(200);

    // The same address again means the same picture, which is not brought anew.
    let update = "mutation($id: ID!, $article: ArticleUpdateInput!) {
        articleUpdate(id: $id, article: $article) {
            article { image { url altText } } userErrors { field message code } } }";
    let again = json!({ "image": { "url": web.url("wide.png"), "altText": "Wider" } });
    let again = json!({ "id": id, "article": again });
    let reply = shop.admin(update, again).await.ok();
    assert_eq!(
        reply.get("articleUpdate.article.image"),
        &json!({ "url": image["url"], "altText": "Wider" })
    );
    let files = shop
        .admin("{ files(first: 5) { nodes { id } } }", json!({}))
        .await;
    assert_eq!(files.list("files.nodes").len(), 1);
}

#[scenario]
async fn what_is_good_of_some_media_is_taken_and_the_rest_is_told(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let add = "mutation($id: ID!, $media: [CreateMediaInput!]!) {
        productCreateMedia(productId: $id, media: $media) { media { mediaContentType }
            mediaUserErrors { field message code } product { mediaCount { count } } } }";
    let media = json!([
        picture("invalid_img"),
        { "mediaContentType": "EXTERNAL_VIDEO", "originalSource": "https://youtu.be/dQw4w9WgXcQ" },
    ]);
    let reply = shop
        .admin(add, json!({ "id": variant.product, "media": media }))
        .await;
    assert_eq!(
        reply.get("productCreateMedia.media"),
        &json!([{ "mediaContentType": "EXTERNAL_VIDEO" }])
    );
    let refused = reply.get("productCreateMedia.mediaUserErrors.0");
    assert_eq!(
        (&refused["field"], &refused["code"]),
        (&json!(["media", "0", "originalSource"]), &json!("INVALID"))
    );
    assert_eq!(
        reply.number("productCreateMedia.product.mediaCount.count"),
        1
    );
}
