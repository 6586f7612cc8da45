//! What a client hears whose request cannot be taken as it is sent.

use tests::{TestShop, json, scenario};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(shop: &TestShop) -> TcpStream {
    let url = shop.url();
    let address = url.trim_start_matches("http://");
    TcpStream::connect(address).await.unwrap()
}

fn head(shop: &TestShop, path: &str, length: usize) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n",
        shop.domain()
    )
}

#[scenario]
async fn a_client_that_sends_too_much_hears_so_when_it_has_sent_it(shop: TestShop) {
    let piece = vec![b'x'; 256 * 1024];
    for (path, refused) in [("/api/2026-10/graphql.json", "413"), ("/nowhere", "404")] {
        let mut stream = connect(&shop).await;
        let head = head(&shop, path, 40 * piece.len());
        stream.write_all(head.as_bytes()).await.unwrap();
        for _ in 0..40 {
            stream.write_all(&piece).await.unwrap();
        }

        let mut heard = String::new();
        stream.read_to_string(&mut heard).await.unwrap();

        let status = heard.split(' ').nth(1);
        assert_eq!(status, Some(refused), "{path}: {heard}");
    }
}

#[scenario]
async fn a_client_that_asks_before_it_sends_is_refused_at_once(shop: TestShop) {
    let mut stream = connect(&shop).await;
    let head = head(&shop, "/api/2026-10/graphql.json", 10_000_000);
    let asking = head.replace("connection: close", "expect: 100-continue");
    stream.write_all(asking.as_bytes()).await.unwrap();

    let mut heard = vec![0; 12];
    stream.read_exact(&mut heard).await.unwrap();

    assert_eq!(String::from_utf8_lossy(&heard), "HTTP/1.1 413");
}

#[scenario]
async fn a_nul_character_is_taken_out_of_what_is_said_or_refused(shop: TestShop) {
    let create =
        "mutation ($title: String!) { storefrontAccessTokenCreate(input: {title: $title}) {
        storefrontAccessToken { title } userErrors { message } } }";
    let made = shop.admin(create, json!({"title": "a\0b"})).await.ok();
    let title = made.text("storefrontAccessTokenCreate.storefrontAccessToken.title");
    assert_eq!(title, "ab");
    let literal = create
        .replace("($title: String!)", "")
        .replace("$title", "\"a\\u0000b\"");
    shop.admin(&literal, json!({})).await.error("BAD_REQUEST");
    for path in ["/products/%00", "/blogs/%00/x"] {
        shop.get(path).await.status(404);
    }
}
