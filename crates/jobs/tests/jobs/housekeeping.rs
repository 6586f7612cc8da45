//! What is forgotten by and by, and what is not.

use crate::world::{SHOP, World, on_both};

const DAY: i64 = 24 * 3_600;

/// Rows that visitors and clients leave: two carts, of which one was bought, a key and a mail.
async fn leave(world: &World, mark: &str) {
    let (mark, now) = (mark.to_owned(), world.deps.clock.now());
    let id = now.micros() % 1_000_000_007;
    world
        .deps
        .db
        .write(SHOP, move |tx| {
            for (order, name) in [(None, "left"), (Some(id), "bought")] {
                tx.execute(
                    "INSERT INTO carts (shop_id, token, secret, lines, buyer, attributes, delivery,
                         discount_codes, gift_cards, note, order_id, created_at, updated_at)
                     VALUES ($shop, $1, 's', '[]', '{}', '[]', '{}', '[]', '[]', '', $2, $3, $3)",
                    (format!("{mark}-{name}"), order, now),
                )?;
            }
            tx.execute(
                "INSERT INTO idempotency_keys
                     (shop_id, app_id, idempotency_key, arguments_hash, outcome, created_at)
                 VALUES ($shop, 1, $1, 'h', 'o', $2)",
                (&mark, now),
            )?;
            tx.execute(
                "INSERT INTO mails
                     (shop_id, id, kind, recipient, subject_kind, subject_id, created_at)
                 VALUES ($shop, $1, $2, 'a@b.example', 'Order', 1, $3)",
                (id, &mark, now),
            )?;
            Ok::<_, store::StoreError>(())
        })
        .await
        .unwrap();
}

async fn kept(world: &World, text: &'static str) -> Vec<String> {
    let kept = world
        .deps
        .db
        .read(SHOP, move |tx| tx.all::<String>(text, ()));
    kept.await.unwrap().unwrap()
}

#[test]
fn what_is_old_is_forgotten_and_what_was_bought_stays() {
    const CARTS: &str = "SELECT token FROM carts WHERE shop_id = $shop ORDER BY token";
    const KEYS: &str =
        "SELECT idempotency_key FROM idempotency_keys WHERE shop_id = $shop ORDER BY 1";
    const MAILS: &str = "SELECT kind FROM mails WHERE shop_id = $shop ORDER BY kind";
    const EVENTS: &str = "SELECT topics FROM events WHERE shop_id = $shop";
    on_both(|world| async move {
        leave(&world, "a").await;
        world.customer("Ada").await;
        world.advance(2 * DAY);
        leave(&world, "b").await;
        jobs::keep_house(&world.deps).await.unwrap();
        assert_eq!(kept(&world, KEYS).await, ["a", "b"]);

        world.advance(2 * DAY);
        jobs::keep_house(&world.deps).await.unwrap();
        assert_eq!(kept(&world, KEYS).await, ["b"]);
        assert_eq!(kept(&world, CARTS).await.len(), 4);

        world.advance(87 * DAY);
        jobs::keep_house(&world.deps).await.unwrap();
        assert_eq!(
            kept(&world, CARTS).await,
            ["a-bought", "b-bought", "b-left"]
        );
        assert_eq!(kept(&world, MAILS).await, ["a", "b"]);
        assert_eq!(kept(&world, EVENTS).await, ["CUSTOMERS_CREATE"]);

        world.advance(300 * DAY);
        jobs::keep_house(&world.deps).await.unwrap();
        assert_eq!(kept(&world, CARTS).await, ["a-bought", "b-bought"]);
        assert!(kept(&world, MAILS).await.is_empty());
        assert!(kept(&world, EVENTS).await.is_empty());
    });
}
