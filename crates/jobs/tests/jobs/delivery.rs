//! What the worker promises: told at least once, the same each time, and nobody delayed.

use std::time::Duration;

use commerce::queue::{self, Lane};
use commerce::webhooks::{self, DeliveryState, SubscriptionInput};
use store::Window;

use crate::receiver::Receiver;
use crate::world::{SHOP, World, on_both, to};

const AT_ONCE: Duration = Duration::ZERO;

async fn waiting(world: &World) -> i64 {
    world
        .deps
        .db
        .platform_read(queue::waiting)
        .await
        .unwrap()
        .unwrap()
}

#[test]
fn a_webhook_is_signed_and_carries_the_whole_header_family() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        let named = SubscriptionInput {
            name: Some(Some("newcomers".to_owned())),
            ..to(&receiver.url)
        };
        world.subscribe(named).await;
        let customer = world.customer("Ada").await;

        world.run().await;

        let seen = receiver.seen();
        assert_eq!(seen.len(), 1);
        let header = |name: &str| seen[0].headers.get(name).map_or("", String::as_str);
        let signed = outbound::signature("a secret that both know", seen[0].body.as_bytes());
        assert_eq!(header("x-shopify-hmac-sha256"), signed);
        assert_eq!(header("x-shopify-topic"), "customers/create");
        assert_eq!(header("x-shopify-shop-domain"), "lanterns.myshopify.com");
        assert_eq!(header("x-shopify-api-version"), "2026-10");
        assert_eq!(header("x-shopify-name"), "newcomers");
        assert_eq!(header("x-shopify-webhook-id").len(), 36);
        assert_eq!(header("x-shopify-event-id").len(), 36);
        assert_eq!(header("x-shopify-triggered-at"), "2026-09-21T14:13:20Z");
        assert_eq!(header("content-type"), "application/json");
        assert!(seen[0].body.contains("\"first_name\":\"Ada\""));
        assert!(seen[0].body.contains(&format!("\"id\":{}", customer.get())));
        assert_eq!(world.deliveries().await[0].state, DeliveryState::Delivered);
        assert_eq!(waiting(&world).await, 0);
    });
}

#[test]
fn a_failure_is_tried_again_with_the_same_bytes_and_ids() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        world.customer("Ada").await;
        receiver.answer_next(&[500, 302, 200]);

        world.run().await;
        assert_eq!(receiver.seen().len(), 1, "a retry waits for its time");
        let pending = &world.deliveries().await[0];
        assert_eq!(
            (pending.state, pending.attempts),
            (DeliveryState::Pending, 1)
        );
        assert_eq!(pending.last_error, "The receiver answered 500");
        assert_eq!(pending.response_excerpt, "ok");
        for seconds in [10, 30] {
            world.advance(seconds);
            world.run().await;
        }

        let seen = receiver.seen();
        assert_eq!(seen.len(), 3);
        for name in [
            "x-shopify-webhook-id",
            "x-shopify-event-id",
            "x-shopify-hmac-sha256",
        ] {
            assert!(
                seen.iter()
                    .all(|again| again.headers.get(name) == seen[0].headers.get(name))
            );
        }
        assert!(seen.iter().all(|again| again.body == seen[0].body));
        let delivered = &world.deliveries().await[0];
        assert_eq!(
            (delivered.state, delivered.attempts),
            (DeliveryState::Delivered, 3)
        );
    });
}

#[test]
fn after_nine_failures_the_subscription_ends_and_the_merchant_is_told() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        let subscription = world.subscribe(to(&receiver.url)).await;
        world.customer("Ada").await;
        receiver.answer_next(&[500; 9]);
        for seconds in [0, 10, 30, 60, 300, 600, 1_800, 3_600, 8_000] {
            world.advance(seconds);
            world.run().await;
        }

        assert_eq!(receiver.seen().len(), 9);
        assert_eq!(world.deliveries().await[0].state, DeliveryState::Failed);
        let db = &world.deps.db;
        let (left, mails) = db
            .read(SHOP, move |tx| {
                let left = webhooks::load_many(tx, &[subscription]).unwrap().len();
                (
                    left,
                    commerce::mails::list(tx, &Window::first(10)).unwrap().nodes,
                )
            })
            .await
            .unwrap();
        assert_eq!(left, 0);
        assert_eq!(mails[0].kind, "webhook_subscription_removed");
        assert_eq!(mails[0].recipient, "owner@example.com");
        assert_eq!(waiting(&world).await, 0);
    });
}

#[test]
fn a_filter_and_a_choice_of_fields_are_honoured() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        let choosy = SubscriptionInput {
            filter: Some(Some("first_name:Grace".to_owned())),
            include_fields: Some(vec!["id".to_owned(), "first_name".to_owned()]),
            ..to(&receiver.url)
        };
        world.subscribe(choosy).await;
        world.customer("Ada").await;
        let grace = world.customer("Grace").await;

        world.run().await;

        let bodies: Vec<String> = receiver.seen().into_iter().map(|seen| seen.body).collect();
        assert_eq!(
            bodies,
            [format!(
                "{{\"first_name\":\"Grace\",\"id\":{}}}",
                grace.get()
            )]
        );
        let states: Vec<_> = world.deliveries().await.iter().map(|d| d.state).collect();
        assert_eq!(states, [DeliveryState::Filtered, DeliveryState::Delivered]);
    });
}

#[test]
fn a_slow_receiver_delays_nobody() {
    on_both(|world| async move {
        let slow = Receiver::start(Duration::from_secs(30)).await;
        let fast = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&slow.url)).await;
        world.subscribe(to(&fast.url)).await;
        for number in 0..60 {
            world.customer(&format!("Customer {number}")).await;
        }

        let running = jobs::start(world.deps.clone());
        let all_told = async {
            while fast.seen().len() < 60 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let told = tokio::time::timeout(Duration::from_secs(4), all_told).await;

        assert!(told.is_ok(), "{} of 60 were told", fast.seen().len());
        assert!(
            slow.seen().len() <= 16,
            "{} calls at once",
            slow.seen().len()
        );
        drop(running);
    });
}

#[test]
fn what_a_worker_left_when_it_died_is_done_by_the_next() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        world.customer("Ada").await;
        let now = world.deps.clock.now();
        let dead = world
            .deps
            .db
            .platform_write(move |platform| {
                let all: Vec<_> = queue::ready_receivers(platform, Lane::Calls, "")?
                    .into_iter()
                    .map(|receiver| (receiver, 10))
                    .collect();
                queue::claim(platform, Lane::Calls, &all, now.plus_seconds(30))
            })
            .await
            .unwrap();
        assert_eq!(dead.len(), 1);

        world.run().await;
        assert_eq!(
            receiver.seen().len(),
            0,
            "the claim holds as long as its lease"
        );
        world.advance(30);
        world.run().await;

        assert_eq!(receiver.seen().len(), 1);
        assert_eq!(waiting(&world).await, 0);
    });
}

#[test]
fn two_workers_tell_each_event_once() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        for number in 0..40 {
            world.customer(&format!("Customer {number}")).await;
        }

        let both = tokio::join!(
            jobs::run_until_idle(&world.deps),
            jobs::run_until_idle(&world.deps)
        );

        both.0.unwrap();
        both.1.unwrap();
        assert_eq!(receiver.seen().len(), 40);
        assert_eq!(waiting(&world).await, 0);
    });
}

#[test]
fn deliveries_are_forgotten_a_week_after_they_were_settled() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        world.customer("Ada").await;
        world.run().await;
        let forget = async |world: &World| {
            let now = world.deps.clock.now();
            let forgotten = world
                .deps
                .db
                .write(SHOP, move |tx| webhooks::forget(tx, now));
            assert!(!forgotten.await.unwrap());
            world.deliveries().await.len()
        };

        assert_eq!(forget(&world).await, 1);
        world.advance(8 * 24 * 3600);
        world.customer("Grace").await;

        assert_eq!(forget(&world).await, 1, "what is pending stays");
    });
}

/// Writes jobs of receivers that nobody hears at, as if they had been put off before.
async fn dead(world: &World, count: i64, due_in_seconds: i64) {
    let due_at = world.deps.clock.now().plus_seconds(due_in_seconds);
    let ready = i64::from(due_in_seconds <= 0);
    let rows: Vec<_> = (0..count)
        .map(|number| {
            (
                number + 1,
                SHOP,
                format!("0dead{number:04}.example"),
                due_at,
                ready,
            )
        })
        .collect();
    let written = world.deps.db.platform_write(move |platform| {
        platform.insert_many(
            "INSERT INTO jobs (id, shop, kind, lane, receiver, subject_id, due_at, ready, claimed)
             VALUES ($1, $2, 'webhook', 'calls', $3, 1, $4, $5, 0)",
            &rows,
        )
    });
    assert_eq!(written.await.unwrap(), u64::try_from(count).unwrap());
}

#[test]
fn receivers_that_wait_for_their_retry_are_not_looked_at() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        dead(&world, 1_100, 3_600).await;
        world.customer("Ada").await;

        world.run().await;

        assert_eq!(receiver.seen().len(), 1);
        assert_eq!(waiting(&world).await, 1_100, "theirs wait on");
    });
}

#[test]
fn more_receivers_than_get_a_turn_at_once_take_turns() {
    on_both(|world| async move {
        dead(&world, 1_100, 0).await;
        let turn = |after: &'static str| {
            world
                .deps
                .db
                .platform_read(move |platform| queue::ready_receivers(platform, Lane::Calls, after))
        };

        let first = turn("").await.unwrap().unwrap();
        let second = turn("0dead0999.example").await.unwrap().unwrap();

        assert_eq!(first.len(), 1_000);
        assert_eq!(first.last().unwrap(), "0dead0999.example");
        assert_eq!(second.len(), 1_000);
        assert_eq!(
            second[0], "0dead1000.example",
            "those without a turn come first"
        );
        assert_eq!(second[100], "0dead0000.example", "then round again");
    });
}

#[test]
fn a_webhook_that_cannot_be_rendered_keeps_no_other_back() {
    on_both(|world| async move {
        let receiver = Receiver::start(AT_ONCE).await;
        world.subscribe(to(&receiver.url)).await;
        for name in ["Ada", "Bea", "Cleo"] {
            world.customer(name).await;
        }
        let damaged = world.deps.db.write(SHOP, |tx| {
            tx.execute(
                "UPDATE events SET subject_kind = 'Nonsense'
                  WHERE shop_id = $shop AND id = (SELECT MIN(id) FROM events WHERE shop_id = $shop)",
                (),
            )
        });
        assert_eq!(damaged.await.unwrap(), 1);

        world.run().await;

        assert_eq!(receiver.seen().len(), 2);
        assert_eq!(
            waiting(&world).await,
            1,
            "it is tried again when its lease ends"
        );
    });
}
