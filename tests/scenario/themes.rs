//! Themes as stored files.

use tests::{Receiver, TestShop, json, scenario};

const UPSERT: &str = "mutation($id: ID!, $files: [OnlineStoreThemeFilesUpsertFileInput!]!) {
    themeFilesUpsert(themeId: $id, files: $files) {
        upsertedThemeFiles { filename size checksumMd5 }
        userErrors { field message code filename } } }";
const FILES: &str =
    "query($id: ID!, $names: [String!]) { theme(id: $id) { name role processing prefix
    files(first: 10, filenames: $names) { nodes { filename contentType size body {
        ... on OnlineStoreThemeFileBodyText { content }
        ... on OnlineStoreThemeFileBodyBase64 { contentBase64 } } }
        pageInfo { hasNextPage } userErrors { filename } } } }";

async fn main_theme(shop: &TestShop) -> String {
    let query = "{ themes(first: 5, roles: [MAIN]) { nodes { id name role } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.list("themes.nodes").len(), 1);
    reply.text("themes.nodes.0.id")
}

async fn given_copy(shop: &TestShop, of: &str) -> String {
    let copy = "mutation($id: ID!) { themeDuplicate(id: $id, name: \"Draft\") {
        newTheme { id role name } userErrors { field message code } } }";
    let reply = shop.admin(copy, json!({ "id": of })).await.ok();
    assert_eq!(reply.text("themeDuplicate.newTheme.role"), "UNPUBLISHED");
    reply.text("themeDuplicate.newTheme.id")
}

#[scenario]
async fn files_of_a_theme_are_written_read_copied_and_deleted(shop: TestShop) {
    let theme = main_theme(&shop).await;
    let files = json!([
        { "filename": "layout/theme.liquid", "body": { "type": "TEXT", "value": "{{ content }}" } },
        { "filename": "assets/dot.png", "body": { "type": "BASE64", "value": "iVBORw0KGgo=" } },
    ]);
    let variables = json!({ "id": theme, "files": files });
    let reply = shop.admin(UPSERT, variables).await.ok();
    let written = reply.list("themeFilesUpsert.upsertedThemeFiles");
    assert_eq!(written[1]["size"], "13");
    let copy = "mutation($id: ID!) { themeFilesCopy(themeId: $id, files: [{
        srcFilename: \"layout/theme.liquid\", dstFilename: \"layout/other.liquid\" }]) {
        copiedThemeFiles { filename } userErrors { message } } }";
    shop.admin(copy, json!({ "id": theme })).await.ok();

    let reply = shop.admin(FILES, json!({ "id": theme })).await.ok();
    assert_eq!(reply.list("theme.files.nodes").len(), 3);
    let png = reply.get("theme.files.nodes.0");
    assert_eq!(png["contentType"], "image/png");
    assert_eq!(png["body"]["contentBase64"], "iVBORw0KGgo=");
    let named = json!({ "id": theme, "names": ["layout/*"] });
    let reply = shop.admin(FILES, named).await.ok();
    assert_eq!(reply.list("theme.files.nodes").len(), 2);
    assert_eq!(
        reply.text("theme.files.nodes.0.body.content"),
        "{{ content }}"
    );

    let delete =
        "mutation($id: ID!) { themeFilesDelete(themeId: $id, files: [\"layout/other.liquid\"]) {
        deletedThemeFiles { filename } userErrors { message code } } }";
    shop.admin(delete, json!({ "id": theme })).await.ok();
    shop.admin(delete, json!({ "id": theme }))
        .await
        .refused("NOT_FOUND");
}

#[scenario]
async fn what_a_theme_s_file_cannot_be_writes_nothing(shop: TestShop) {
    let theme = main_theme(&shop).await;
    let text = |name: &str, value: &str| json!({ "filename": name, "body": { "type": "TEXT", "value": value } });
    for (file, code) in [
        (text("theme.liquid", "x"), "FILE_VALIDATION_ERROR"),
        (text("layout/../x", "x"), "FILE_VALIDATION_ERROR"),
        (
            text("config/settings_data.json", "{"),
            "FILE_VALIDATION_ERROR",
        ),
        (
            text("layout/a.liquid", &"x".repeat(300 * 1024)),
            "FILE_VALIDATION_ERROR",
        ),
    ] {
        let files = json!([text("assets/good.css", ""), file]);
        let variables = json!({ "id": theme, "files": files });
        shop.admin(UPSERT, variables).await.refused(code);
    }
    let twice = json!([text("assets/a.css", ""), text("assets/a.css", "")]);
    shop.admin(UPSERT, json!({ "id": theme, "files": twice }))
        .await
        .refused("DUPLICATE_FILE_INPUT");
    let reply = shop.admin(FILES, json!({ "id": theme })).await.ok();
    assert!(reply.list("theme.files.nodes").is_empty());
    let missing = json!({ "id": "gid://shopify/OnlineStoreTheme/1", "files": [] });
    shop.admin(UPSERT, missing).await.refused("NOT_FOUND");
}

#[scenario]
async fn one_theme_is_published_at_a_time(shop: TestShop) {
    let first = main_theme(&shop).await;
    let files = json!([{ "filename": "assets/a.css", "body": { "type": "TEXT", "value": "a{}" } }]);
    shop.admin(UPSERT, json!({ "id": first, "files": files }))
        .await
        .ok();
    let second = given_copy(&shop, &first).await;
    let reply = shop.admin(FILES, json!({ "id": second })).await.ok();
    assert_eq!(reply.list("theme.files.nodes").len(), 1);
    assert_eq!(reply.text("theme.prefix"), "/t/2");

    let publish = "mutation($id: ID!) { themePublish(id: $id) {
        theme { id role } userErrors { field message code } } }";
    let reply = shop.admin(publish, json!({ "id": second })).await.ok();
    assert_eq!(reply.text("themePublish.theme.role"), "MAIN");
    assert_eq!(main_theme(&shop).await, second);

    let rename = "mutation($id: ID!, $name: String) { themeUpdate(id: $id, input: {name: $name}) {
        theme { name } userErrors { field message code } } }";
    let renamed = json!({ "id": first, "name": "Old" });
    let reply = shop.admin(rename, renamed).await.ok();
    assert_eq!(reply.text("themeUpdate.theme.name"), "Old");
    let long = json!({ "id": first, "name": "x".repeat(51) });
    shop.admin(rename, long).await.refused("TOO_LONG");
    let query = "{ themes(first: 5, names: [\"Ol*\"]) { nodes { id } } }";
    let reply = shop.admin(query, json!({})).await.ok();
    assert_eq!(reply.list("themes.nodes").len(), 1);

    let delete = "mutation($id: ID!) { themeDelete(id: $id) {
        deletedThemeId userErrors { field message code } } }";
    shop.admin(delete, json!({ "id": second }))
        .await
        .refused_at("id");
    shop.admin(delete, json!({ "id": first })).await.ok();
    shop.admin(delete, json!({ "id": first }))
        .await
        .refused("NOT_FOUND");
    shop.admin(publish, json!({ "id": first }))
        .await
        .refused("NOT_FOUND");
    let copy = "mutation($id: ID!) { themeDuplicate(id: $id) {
        newTheme { id } userErrors { field message code } } }";
    shop.admin(copy, json!({ "id": first }))
        .await
        .refused("NOT_FOUND");
}

#[scenario]
async fn a_published_theme_is_told(shop: TestShop) {
    let receiver = Receiver::start().await;
    let subscribe = "mutation($uri: String!) { webhookSubscriptionCreate(topic: THEMES_PUBLISH,
        webhookSubscription: {uri: $uri}) { webhookSubscription { id } userErrors { message } } }";
    shop.admin(subscribe, json!({ "uri": receiver.url() }))
        .await
        .ok();
    let first = main_theme(&shop).await;
    let second = given_copy(&shop, &first).await;
    let publish = "mutation($id: ID!) { themePublish(id: $id) {
        theme { id } userErrors { message } } }";
    shop.admin(publish, json!({ "id": second })).await.ok();

    let told = receiver.wait_for("themes/publish", 1).await;
    let body = told[0].json();
    assert_eq!(body["admin_graphql_api_id"], second.as_str());
    assert_eq!(body["role"], "main");
    assert_eq!(body["name"], "Draft");
}

const BRING: &str = "mutation ($source: URL!, $name: String, $role: ThemeRole) {
    themeCreate(source: $source, name: $name, role: $role) {
        theme { id name role processing processingFailed } userErrors { field message code } } }";

/// Uploads an archive of files that are packed without being made smaller; gives its address.
async fn given_archive(shop: &TestShop, files: &[(&str, &str)]) -> String {
    let stage = "mutation { stagedUploadsCreate(input: [{resource: FILE, filename: \"theme.zip\",
        mimeType: \"application/zip\", httpMethod: PUT}]) {
        stagedTargets { url resourceUrl } userErrors { message } } }";
    let target = shop.admin(stage, json!({})).await.ok();
    let url = target.text("stagedUploadsCreate.stagedTargets.0.url");
    let path = &url[url.find("/staged-uploads/").expect("a place to send to")..];
    shop.put_raw(path, &[], archive(files)).await.status(201);
    target.text("stagedUploadsCreate.stagedTargets.0.resourceUrl")
}

fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let (mut all, mut directory) = (Vec::new(), Vec::new());
    for (name, body) in files {
        let at = u32::try_from(all.len()).unwrap_or(0);
        let mut facts = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        facts.extend_from_slice(&crc(body.as_bytes()).to_le_bytes());
        let size = u32::try_from(body.len()).unwrap_or(0).to_le_bytes();
        facts.extend_from_slice(&size);
        facts.extend_from_slice(&size);
        facts.extend_from_slice(&u16::try_from(name.len()).unwrap_or(0).to_le_bytes());
        facts.extend_from_slice(&[0, 0]);
        all.extend_from_slice(b"PK\x03\x04");
        all.extend_from_slice(&facts);
        all.extend_from_slice(name.as_bytes());
        all.extend_from_slice(body.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&facts);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let (at, size) = (all.len(), directory.len());
    let number = |n: usize| u32::try_from(n).unwrap_or(0).to_le_bytes();
    let count = u16::try_from(files.len()).unwrap_or(0).to_le_bytes();
    all.extend_from_slice(&directory);
    all.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    all.extend_from_slice(&count);
    all.extend_from_slice(&count);
    all.extend_from_slice(&number(size));
    all.extend_from_slice(&number(at));
    all.extend_from_slice(&[0, 0]);
    all
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = !0_u32;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (!(crc & 1)).wrapping_add(1));
        }
    }
    !crc
}

/// The theme when it is no longer processed.
async fn brought(shop: &TestShop, id: &str) -> tests::Reply {
    let look = "query ($id: ID!) { theme(id: $id) { name role processing processingFailed
        files(first: 10) { nodes { filename body { ... on OnlineStoreThemeFileBodyText { content } } } } } }";
    for _ in 0..500 {
        let reply = shop.admin(look, json!({"id": id})).await.ok();
        if reply.get("theme.processing") == &json!(false) {
            return reply;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{id} is processed for ever");
}

#[scenario]
async fn a_theme_is_made_of_an_archive(shop: TestShop) {
    let files = [
        ("shop-theme/layout/theme.liquid", "<html></html>"),
        ("shop-theme/assets/base.css", "a{}"),
        ("shop-theme/readme.md", "no part of a theme"),
    ];
    let source = given_archive(&shop, &files).await;
    let asked = json!({"source": source, "name": "Spring"});
    let made = shop.admin(BRING, asked).await.ok();
    assert_eq!(made.text("themeCreate.theme.role"), "UNPUBLISHED");
    let done = brought(&shop, &made.text("themeCreate.theme.id")).await;
    assert_eq!(done.get("theme.processingFailed"), &json!(false));
    let names: Vec<&str> = done
        .list("theme.files.nodes")
        .iter()
        .filter_map(|file| file["filename"].as_str())
        .collect();
    assert_eq!(names, ["assets/base.css", "layout/theme.liquid"]);
    assert_eq!(done.text("theme.files.nodes.0.body.content"), "a{}");

    let upsert = "mutation ($id: ID!) { themeFilesUpsert(themeId: $id, files: [{
        filename: \"assets/base.css\", body: {type: TEXT, value: \"b{}\"}}]) {
        job { id done } upsertedThemeFiles { filename } userErrors { message } } }";
    let id = made.text("themeCreate.theme.id");
    let job = shop.admin(upsert, json!({"id": id})).await.ok();
    assert_eq!(job.get("themeFilesUpsert.job.done"), &json!(true));
}

#[scenario]
async fn what_is_no_archive_makes_no_theme(shop: TestShop) {
    let source = given_archive(&shop, &[("readme.md", "nothing")]).await;
    let made = shop.admin(BRING, json!({"source": source})).await.ok();
    let done = brought(&shop, &made.text("themeCreate.theme.id")).await;
    assert_eq!(done.get("theme.processingFailed"), &json!(true));
    assert!(done.list("theme.files.nodes").is_empty());

    let nowhere = json!({"source": "nowhere"});
    shop.admin(BRING, nowhere).await.refused("INVALID_ZIP");
    let main = json!({"source": source, "role": "MAIN"});
    let reply = shop.admin(BRING, main).await;
    reply.refused("INVALID_THEME_ROLE_FOR_THEME_CREATION");
}
