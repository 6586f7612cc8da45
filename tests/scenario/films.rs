//! Films and models: measured by their own bytes, with pictures that stand for them; and updates
//! of files that fail.

use serde_json::{Value, json};
use tests::{Host, TestShop, scenario};

use crate::files::{PNG, WIDE, given_upload, path_of, settled};

const CREATE: &str = "mutation($files: [FileCreateInput!]!) { fileCreate(files: $files) {
    files { id } userErrors { field message code } } }";
const UPDATE: &str = "mutation($files: [FileUpdateInput!]!) { fileUpdate(files: $files) {
    files { id fileStatus } userErrors { field message code } } }";
const SHOWN: &str = "query($id: ID!) { node(id: $id) { ... on File { fileStatus alt
        preview { status image { url width } } fileErrors { code } }
    ... on MediaImage { image { url width } }
    ... on Video { duration sources { url width height format mimeType } }
    ... on Model3d { sources { url format mimeType filesize } } } }";

fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
    let size = u32::try_from(inside.len() + 8).unwrap_or_default();
    [&size.to_be_bytes()[..], kind, inside].concat()
}

/// A film of 640 by 360 pixels that takes two seconds and a half: its index, and nothing to see.
fn given_film() -> Vec<u8> {
    let mut header = vec![0; 100];
    header[12..16].copy_from_slice(&600_u32.to_be_bytes());
    header[16..20].copy_from_slice(&1500_u32.to_be_bytes());
    let mut track = vec![0; 84];
    track[40..44].copy_from_slice(&0x1_0000_u32.to_be_bytes());
    track[76..80].copy_from_slice(&(640_u32 << 16).to_be_bytes());
    track[80..84].copy_from_slice(&(360_u32 << 16).to_be_bytes());
    let track = boxed(b"trak", &boxed(b"tkhd", &track));
    let index = [boxed(b"mvhd", &header), track].concat();
    [boxed(b"ftyp", b"isom\0\0\0\0"), boxed(b"moov", &index)].concat()
}

async fn given_file(shop: &TestShop, source: &str, kind: &str) -> String {
    let file = json!([{ "originalSource": source, "contentType": kind }]);
    let made = shop.admin(CREATE, json!({ "files": file })).await.ok();
    let id = made.text("fileCreate.files.0.id");
    settled(shop, &id).await;
    id
}

async fn shown(shop: &TestShop, id: &str) -> Value {
    let reply = shop.admin(SHOWN, json!({ "id": id })).await.ok();
    reply.get("node").clone()
}

#[scenario]
async fn a_film_says_its_size_and_length_and_is_shown_by_a_picture(shop: TestShop) {
    let source = given_upload(&shop, "wheel.mp4", "video/mp4", &given_film()).await;
    let film = given_file(&shop, &source, "VIDEO").await;
    let now = shown(&shop, &film).await;
    assert_eq!(
        (&now["fileStatus"], &now["duration"]),
        (&json!("READY"), &json!(2500))
    );
    let own = &now["sources"][0];
    assert_eq!(
        (&own["width"], &own["height"], &own["format"]),
        (&json!(640), &json!(360), &json!("mp4"))
    );
    assert_eq!(now["preview"], Value::Null);
    let part = [("Range", "bytes=4-7")];
    let sent = shop
        .get_with(&path_of(&own["url"]), &part)
        .await
        .status(206);
    assert_eq!(sent.body(), "ftyp");

    let picture = given_upload(&shop, "wheel.png", "image/png", PNG).await;
    let files = json!([{ "id": film, "previewImageSource": picture }]);
    let _ = shop.admin(UPDATE, json!({ "files": files })).await.ok();
    let mut now = shown(&shop, &film).await;
    for _ in 0..500 {
        if now["preview"]["status"] == "READY" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        now = shown(&shop, &film).await;
    }
    assert_eq!(now["preview"]["image"]["width"], 2, "{now}");
    // Another one that cannot be had leaves what was seen.
    let web = Host::start(&[]).await;
    let files = json!([{ "id": film, "previewImageSource": web.url("missing.png") }]);
    let _ = shop.admin(UPDATE, json!({ "files": files })).await.ok();
    let image = now["preview"]["image"].clone();
    for _ in 0..500 {
        now = shown(&shop, &film).await;
        assert_eq!(now["preview"]["image"], image, "{now}");
        if now["preview"]["status"] == "FAILED" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!(now["preview"]["status"], "FAILED");
    shop.get(&path_of(&image["url"])).await.status(200);
    // The picture is the film's: it is none of the shop's files.
    let list = shop
        .admin("{ files(first: 5) { nodes { id } } }", json!({}))
        .await
        .ok();
    assert_eq!(list.get("files.nodes"), &json!([{ "id": film }]));

    let model = given_upload(&shop, "cup.glb", "model/gltf-binary", b"glTF\x02\0\0\0").await;
    let model = given_file(&shop, &model, "MODEL_3D").await;
    let now = shown(&shop, &model).await;
    assert_eq!(now["sources"][0]["mimeType"], "model/gltf-binary", "{now}");
    let wrong = given_upload(&shop, "page.mp4", "video/mp4", b"<html></html>").await;
    let wrong = given_file(&shop, &wrong, "VIDEO").await;
    let now = shown(&shop, &wrong).await;
    assert_eq!(
        now["fileErrors"][0]["code"], "VIDEO_INVALID_FILETYPE_ERROR",
        "{now}"
    );
}

#[scenario]
async fn a_file_whose_update_failed_shows_what_it_showed_before(shop: TestShop) {
    let web = Host::start(&[("wide.png", WIDE)]).await;
    let acknowledge = "mutation($ids: [ID!]!) { fileAcknowledgeUpdateFailed(fileIds: $ids) {
        files { id fileStatus fileErrors { code } } userErrors { field message code } } }";
    let source = given_upload(&shop, "cup.png", "image/png", PNG).await;
    let id = given_file(&shop, &source, "IMAGE").await;
    let url = shown(&shop, &id).await["image"]["url"].clone();
    shop.admin(acknowledge, json!({ "ids": [id] }))
        .await
        .refused("INVALID_FAILED_MEDIA_STATE");
    let files = json!([{ "id": id, "originalSource": web.url("missing.png") }]);
    let _ = shop.admin(UPDATE, json!({ "files": files })).await.ok();
    let now = settled(&shop, &id).await;
    assert_eq!(
        now["fileErrors"][0]["code"], "IMAGE_DOWNLOAD_FAILURE",
        "{now}"
    );
    shop.get(&path_of(&url)).await.status(200);
    let reply = shop.admin(acknowledge, json!({ "ids": [id] })).await.ok();
    assert_eq!(
        reply.get("fileAcknowledgeUpdateFailed.files.0"),
        &json!({ "id": id, "fileStatus": "READY", "fileErrors": [] })
    );
    assert_eq!(
        shown(&shop, &id).await["image"],
        json!({ "url": url, "width": 2 })
    );
    shop.admin(
        acknowledge,
        json!({ "ids": ["gid://shopify/MediaImage/1"] }),
    )
    .await
    .refused("FILE_DOES_NOT_EXIST");

    // A picture stands for itself: another one is its new source.
    let files = json!([{ "id": id, "previewImageSource": web.url("wide.png") }]);
    let _ = shop.admin(UPDATE, json!({ "files": files })).await.ok();
    assert_eq!(settled(&shop, &id).await["image"]["width"], 8);
}
