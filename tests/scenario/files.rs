//! Files: agreed on, uploaded, taken up by a job, shown, changed and deleted.

use std::time::Duration;

use serde_json::Value;
use tests::{Reply, TestShop, json, scenario};

const STAGE: &str = "mutation($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } }
    userErrors { field message } } }";
const CREATE: &str = "mutation($files: [FileCreateInput!]!) { fileCreate(files: $files) {
    files { __typename id alt fileStatus createdAt preview { status image { url } }
        ... on MediaImage { image { url } mimeType } ... on GenericFile { url }
        ... on ExternalVideo { embedUrl host originUrl } }
    userErrors { field message code } } }";
const UPDATE: &str = "mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) {
    files { id alt fileStatus } userErrors { field message code } } }";
const DELETE: &str = "mutation($fileIds: [ID!]!) { fileDelete(fileIds: $fileIds) {
    deletedFileIds userErrors { field message code } } }";
const SHOWN: &str = "query($id: ID!) { node(id: $id) { __typename ... on File { fileStatus alt
        fileErrors { code message } }
    ... on MediaImage { mimeType image { url width height } originalSource { fileSize url } }
    ... on Video { filename sources { url mimeType format fileSize } }
    ... on GenericFile { url mimeType originalFileSize } } }";

/// A picture of two by three pixels.
pub(crate) const PNG: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    2, 0, 0, 0, 3, 8, 2, 0, 0, 0, 0x36, 0x88, 0x49, 0xd6,
];

/// A picture of eight by four pixels.
pub(crate) const WIDE: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x04, 0x08, 0x02, 0x00, 0x00, 0x00, 0x3c, 0xaf, 0xe9,
    0xa7, 0x00, 0x00, 0x00, 0x11, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x70, 0x50, 0xc0,
    0x8a, 0x18, 0xa8, 0x27, 0x01, 0x00, 0x84, 0xaf, 0x1c, 0x01, 0x5a, 0xb7, 0xec, 0x34, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

async fn staged(shop: &TestShop, resource: &str, name: &str, kind: &str, method: &str) -> Value {
    let input = json!([{ "resource": resource, "filename": name, "mimeType": kind,
        "httpMethod": method, "fileSize": "4096" }]);
    let reply = shop.admin(STAGE, json!({ "input": input })).await.ok();
    reply.get("stagedUploadsCreate.stagedTargets.0").clone()
}

pub(crate) fn path_of(url: &Value) -> String {
    let url = url.as_str().unwrap_or_default();
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.find('/').map_or("", |at| &rest[at..]).to_owned()
}

/// The body of a form with the parameters and a file.
fn form(target: &Value, change: Option<(&str, &str)>, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for parameter in target["parameters"].as_array().into_iter().flatten() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let value = parameter["value"].as_str().unwrap_or_default();
        let value = change
            .filter(|(other, _)| *other == name)
            .map_or(value, |(_, new)| new);
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
                .as_bytes(),
        );
    }
    body.extend_from_slice(
        b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\n",
    );
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--edge--\r\n");
    body
}

async fn post(shop: &TestShop, target: &Value, body: Vec<u8>) -> Reply {
    let headers = [("Content-Type", "multipart/form-data; boundary=edge")];
    shop.post_raw(&path_of(&target["url"]), &headers, body)
        .await
}

pub(crate) async fn given_upload(shop: &TestShop, name: &str, kind: &str, bytes: &[u8]) -> String {
    let resource = if kind.starts_with("image/") {
        "IMAGE"
    } else {
        "FILE"
    };
    let target = staged(shop, resource, name, kind, "POST").await;
    post(shop, &target, form(&target, None, bytes))
        .await
        .status(201);
    target["resourceUrl"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The file as it is when its job is done.
pub(crate) async fn settled(shop: &TestShop, id: &str) -> Value {
    for _ in 0..500 {
        let reply = shop.admin(SHOWN, json!({ "id": id })).await.ok();
        let node = reply.get("node");
        if matches!(node["fileStatus"].as_str(), Some("READY" | "FAILED")) {
            return node.clone();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{id} is not settled");
}

async fn given_file(shop: &TestShop, input: Value) -> (String, Value) {
    let reply = shop.admin(CREATE, json!({ "files": [input] })).await.ok();
    let id = reply.text("fileCreate.files.0.id");
    let node = settled(shop, &id).await;
    (id, node)
}

#[scenario]
async fn a_picture_is_uploaded_as_a_form_and_taken_up(shop: TestShop) {
    let source = given_upload(&shop, "Cup red.png", "image/png", PNG).await;
    let file = json!({ "originalSource": source, "alt": "A cup", "contentType": "IMAGE" });
    let reply = shop.admin(CREATE, json!({ "files": [file] })).await.ok();
    let made = reply.get("fileCreate.files.0");
    assert_eq!(made["__typename"], "MediaImage");
    let node = settled(&shop, made["id"].as_str().unwrap_or_default()).await;
    assert_eq!(node["image"]["width"], 2, "{node}");
    assert_eq!(node["image"]["height"], 3);
    assert_eq!(node["mimeType"], "image/png");
    let path = path_of(&node["image"]["url"]);
    assert!(path.starts_with("/cdn/shop/files/Cup_red.png?v="), "{path}");
    let sent = shop.get(&path).await.status(200);
    assert_eq!(sent.bytes, PNG);
    assert_eq!(sent.header("Content-Type"), "image/png");
    let part = shop
        .get_with(&path, &[("Range", "bytes=1-3")])
        .await
        .status(206);
    assert_eq!(part.bytes, b"PNG");

    let list = "{ files(first: 5, query: \"media_type:IMAGE status:READY filename:cup*\",
        sortKey: CREATED_AT) { nodes { id alt } edges { cursor } } }";
    let reply = shop.admin(list, json!({})).await.ok();
    assert_eq!(reply.get("files.nodes.0.alt"), "A cup");
}

#[scenario]
async fn a_file_is_uploaded_as_it_is_and_found_by_its_name(shop: TestShop) {
    let target = staged(&shop, "FILE", "terms.txt", "text/plain", "PUT").await;
    let names: Vec<&Value> = target["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["content_type", "acl"]);
    let path = path_of(&target["url"]);
    shop.put_raw(&path, &[], b"terms".to_vec())
        .await
        .status(201);
    let (id, node) = given_file(&shop, json!({ "originalSource": target["resourceUrl"] })).await;
    assert_eq!(node["__typename"], "GenericFile");
    assert_eq!(node["originalFileSize"], 5);
    let again = json!({ "originalSource": target["resourceUrl"], "filename": "terms.txt" });
    let (_, other) = given_file(&shop, again.clone()).await;
    assert_ne!(other["url"], node["url"], "two files have two names");
    let mut refused = again;
    refused["duplicateResolutionMode"] = json!("RAISE_ERROR");
    shop.admin(CREATE, json!({ "files": [refused] }))
        .await
        .refused("FILENAME_ALREADY_EXISTS");

    let rename = json!({ "files": [{ "id": id, "filename": "rules.txt" }] });
    shop.admin(UPDATE, rename).await.ok();
    let node = settled(&shop, &id).await;
    let path = path_of(&node["url"]);
    assert!(path.starts_with("/cdn/shop/files/rules.txt"), "{path}");
    assert_eq!(shop.get(&path).await.status(200).body(), "terms");
    shop.admin(DELETE, json!({ "fileIds": [id] })).await.ok();
    let gone = shop.admin(DELETE, json!({ "fileIds": [id] })).await;
    gone.refused("FILE_DOES_NOT_EXIST");
    for _ in 0..500 {
        if shop.get(&path).await.status == 404 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the bytes are still there");
}

#[scenario]
async fn an_upload_that_was_not_agreed_on_is_not_taken(shop: TestShop) {
    let target = staged(&shop, "IMAGE", "a.png", "image/png", "POST").await;
    let forged = form(&target, Some(("x-stockroom-signature", "00")), PNG);
    post(&shop, &target, forged).await.status(403);
    let other = form(&target, Some(("key", "tmp/1/files/x/a.png")), PNG);
    post(&shop, &target, other).await.status(403);
    let large = form(&target, None, &[0; 4097]);
    let refused = post(&shop, &target, large).await.status(400);
    assert!(
        refused.body().contains("EntityTooLarge"),
        "{}",
        refused.body()
    );
    let empty = form(&target, None, b"");
    post(&shop, &target, empty).await.status(400);
    let file = json!({ "originalSource": target["resourceUrl"] });
    shop.admin(CREATE, json!({ "files": [file] }))
        .await
        .refused("INVALID");
    shop.get(&path_of(&target["resourceUrl"])).await.status(405);

    for (input, field) in [
        (
            json!({ "resource": "IMAGE", "filename": "a.txt", "mimeType": "text/plain" }),
            "mimeType",
        ),
        (
            json!({ "resource": "IMAGE", "filename": "..", "mimeType": "image/png" }),
            "filename",
        ),
        (
            json!({ "resource": "VIDEO", "filename": "a.mp4", "mimeType": "video/mp4" }),
            "fileSize",
        ),
        (
            json!({ "resource": "FILE", "filename": "a", "mimeType": "a/b", "fileSize": "99999999" }),
            "fileSize",
        ),
    ] {
        let reply = shop.admin(STAGE, json!({ "input": [input] })).await;
        reply.refused_at(&format!("input.0.{field}"));
    }
}

#[scenario]
async fn what_is_no_picture_fails_and_says_why(shop: TestShop) {
    let source = given_upload(&shop, "a.png", "image/png", b"<html>").await;
    let (id, node) = given_file(&shop, json!({ "originalSource": source })).await;
    assert_eq!(node["fileStatus"], "FAILED");
    assert_eq!(node["fileErrors"][0]["code"], "UNSUPPORTED_IMAGE_FILE_TYPE");
    assert_eq!(node["image"], Value::Null);
    shop.admin(UPDATE, json!({ "files": [{ "id": id, "alt": "x" }] }))
        .await
        .refused("NON_READY_STATE");
    let remote = json!({ "originalSource": "http://127.0.0.1:1/nothing.png" });
    let (_, node) = given_file(&shop, remote).await;
    assert_eq!(node["fileErrors"][0]["code"], "IMAGE_DOWNLOAD_FAILURE");
    for (file, code) in [
        (json!({ "originalSource": " " }), "INVALID"),
        (
            json!({ "originalSource": "cup.png" }),
            "INVALID_IMAGE_SOURCE_URL",
        ),
        (
            json!({ "originalSource": "https://example.com/a.png", "alt": "x".repeat(513) }),
            "ALT_VALUE_LIMIT_EXCEEDED",
        ),
        (
            json!({ "originalSource": "https://example.com/a", "contentType": "EXTERNAL_VIDEO" }),
            "INVALID",
        ),
        (
            json!({ "originalSource": "https://example.com/a.png", "filename": "a.jpg" }),
            "INVALID_FILENAME_EXTENSION",
        ),
    ] {
        shop.admin(CREATE, json!({ "files": [file] }))
            .await
            .refused(code);
    }
}

#[scenario]
async fn a_product_shows_files_of_all_kinds(shop: TestShop) {
    let variant = shop.given_variant("12.00", 5).await;
    let picture = given_upload(&shop, "cup.png", "image/png", PNG).await;
    let add = "mutation($id: ID!, $media: [CreateMediaInput!]!) {
        productCreateMedia(productId: $id, media: $media) {
            media { id alt mediaContentType status } product { id }
            mediaUserErrors { field message code } } }";
    let media = json!([
        { "originalSource": picture, "mediaContentType": "IMAGE", "alt": "Cup" },
        { "originalSource": "https://youtu.be/dQw4w9WgXcQ", "mediaContentType": "EXTERNAL_VIDEO" },
    ]);
    let variables = json!({ "id": variant.product, "media": media });
    let reply = shop.admin(add, variables).await.ok();
    let added = reply.list("productCreateMedia.media");
    assert_eq!(added[1]["mediaContentType"], "EXTERNAL_VIDEO");
    let (cup, film) = (added[0]["id"].clone(), added[1]["id"].clone());
    settled(&shop, cup.as_str().unwrap_or_default()).await;

    let query = "query($handle: String!) { product(handle: $handle) { media(first: 5) { nodes {
        mediaContentType alt previewImage { url }
        ... on MediaImage { image { width } }
        ... on ExternalVideo { embedUrl host } } } images(first: 5) { nodes { width altText } } } }";
    let variables = json!({ "handle": variant.handle });
    let reply = shop.storefront(query, variables).await.ok();
    let shown = reply.list("product.media.nodes");
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(shown[0]["image"]["width"], 2);
    assert_eq!(
        shown[1]["embedUrl"],
        "https://www.youtube.com/embed/dQw4w9WgXcQ"
    );
    assert_eq!(
        reply.get("product.images.nodes"),
        &json!([{ "width": 2, "altText": "Cup" }])
    );

    let update = "mutation($id: ID!, $media: [UpdateMediaInput!]!) {
        productUpdateMedia(productId: $id, media: $media) {
            media { alt } mediaUserErrors { field code } userErrors { field message } } }";
    let change = json!({ "id": variant.product, "media": [{ "id": cup, "alt": "Red cup" }] });
    let reply = shop.admin(update, change).await.ok();
    assert_eq!(
        reply.get("productUpdateMedia.media"),
        &json!([{ "alt": "Red cup" }])
    );
    let delete = "mutation($id: ID!, $ids: [ID!]!) {
        productDeleteMedia(productId: $id, mediaIds: $ids) {
            deletedMediaIds deletedProductImageIds product { mediaCount { count } }
            mediaUserErrors { field code } userErrors { field message } } }";
    let gone = json!({ "id": variant.product, "ids": [film] });
    let reply = shop.admin(delete, gone.clone()).await.ok();
    assert_eq!(
        reply.number("productDeleteMedia.product.mediaCount.count"),
        1
    );
    assert_eq!(
        reply.get("productDeleteMedia.deletedProductImageIds"),
        &json!([])
    );
    shop.admin(delete, gone).await.refused_at("mediaIds.0");
    let stranger = json!({ "id": "gid://shopify/Product/1", "media": [] });
    let reply = shop.admin(add, stranger).await;
    assert_eq!(
        reply.get("productCreateMedia.mediaUserErrors.0.code"),
        "PRODUCT_DOES_NOT_EXIST"
    );
}

#[scenario]
async fn a_file_is_shown_by_several_products_until_it_is_deleted(shop: TestShop) {
    let one = shop.given_variant("12.00", 5).await;
    let other = shop.given_variant("13.00", 5).await;
    let source = given_upload(&shop, "cup.png", "image/png", PNG).await;
    let (id, _) = given_file(&shop, json!({ "originalSource": source })).await;
    let refer = json!({ "files": [{ "id": id, "alt": "Both",
        "referencesToAdd": [one.product, other.product] }] });
    shop.admin(UPDATE, refer).await.ok();
    let query = "query($a: ID!, $b: ID!) {
        a: product(id: $a) { media(first: 5) { nodes { id alt } } featuredMedia { id } }
        b: product(id: $b) { media(first: 5) { nodes { id } } mediaCount { count } } }";
    let both = json!({ "a": one.product, "b": other.product });
    let reply = shop.admin(query, both.clone()).await.ok();
    assert_eq!(
        reply.get("a.media.nodes"),
        &json!([{ "id": id, "alt": "Both" }])
    );
    assert_eq!(reply.text("a.featuredMedia.id"), id);
    assert_eq!(reply.number("b.mediaCount.count"), 1);

    let leave = json!({ "files": [{ "id": id, "referencesToRemove": [other.product] }] });
    shop.admin(UPDATE, leave).await.ok();
    let missing =
        json!({ "files": [{ "id": id, "referencesToAdd": ["gid://shopify/Product/1"] }] });
    shop.admin(UPDATE, missing)
        .await
        .refused("REFERENCE_TARGET_DOES_NOT_EXIST");
    let wrong = json!({ "files": [{ "id": id.replace("MediaImage", "Video"), "alt": "x" }] });
    shop.admin(UPDATE, wrong)
        .await
        .refused("FILE_DOES_NOT_EXIST");
    shop.admin(DELETE, json!({ "fileIds": [id] })).await.ok();
    let reply = shop.admin(query, both).await.ok();
    assert_eq!(reply.get("a.media.nodes"), &json!([]));
    assert_eq!(reply.get("b.media.nodes"), &json!([]));
}

#[scenario]
async fn a_picture_is_scaled_as_its_address_says(shop: TestShop) {
    let source = given_upload(&shop, "wide.png", "image/png", WIDE).await;
    let (id, node) = given_file(&shop, json!({ "originalSource": source })).await;
    assert_eq!(node["image"]["width"], 8, "{node}");
    let query = "query($id: ID!) { node(id: $id) { ... on MediaImage { image {
        url(transform: {maxWidth: 4, preferredContentType: PNG}) } } } }";
    let reply = shop.admin(query, json!({ "id": id })).await.ok();
    let path = path_of(reply.get("node.image.url"));
    assert!(path.contains("width=4"), "{path}");
    let small = shop.get(&path).await.status(200);
    assert_eq!(small.header("Content-Type"), "image/png");
    assert_eq!(&small.bytes[16..24], [0, 0, 0, 4, 0, 0, 0, 2]);
    let accept = [("Accept", "image/webp,image/*")];
    let webp = shop
        .get_with("/cdn/shop/files/wide.png?width=4", &accept)
        .await
        .status(200);
    assert_eq!(webp.header("Content-Type"), "image/webp");
    assert_eq!(webp.header("Vary"), "Accept");
    let large = shop.get("/cdn/shop/files/wide.png?width=9999").await;
    assert_eq!(&large.bytes[16..24], [0, 0, 0, 8, 0, 0, 0, 4]);
    for odd in ["width=0", "width=-1", "width=x", "crop=center", "v=1"] {
        let path = format!("/cdn/shop/files/wide.png?{odd}");
        assert_eq!(shop.get(&path).await.status(200).bytes, WIDE, "{odd}");
    }
    shop.get("/cdn/shop/files/nothing.png?width=4")
        .await
        .status(404);
}
