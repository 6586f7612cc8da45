use super::*;
use proptest::prelude::*;

fn line(price_minor: i64, quantity: i64) -> Line {
    Line {
        price_minor,
        quantity,
        taxable: true,
    }
}

fn off(class: Class, combines: Combines, value: Value, on: &[bool]) -> Offer {
    Offer {
        class,
        combines,
        minimum: Minimum::Nothing,
        effect: Effect::Lines {
            value,
            on: on.to_vec(),
        },
    }
}

const ALONE: Combines = Combines {
    product: false,
    order: false,
    shipping: false,
};

fn free_shipping(combines: Combines, price_max: Option<i64>) -> Offer {
    Offer {
        class: Class::Shipping,
        combines,
        minimum: Minimum::Nothing,
        effect: Effect::Shipping {
            value: Value::Percentage(PPM),
            price_max,
        },
    }
}

#[test]
fn an_amount_is_shared_out_to_the_minor_unit() {
    let lines = [line(100, 1), line(100, 1), line(100, 1)];
    let offer = off(Class::Order, ALONE, Value::Amount(100), &[true; 3]);
    let found = discount(&lines, None, &[offer]).unwrap();
    assert_eq!(found.lines, [34, 33, 33]);
    let huge = off(Class::Order, ALONE, Value::Amount(9999), &[true; 3]);
    assert_eq!(discount(&lines, None, &[huge]).unwrap().amount_minor(), 300);
}

#[test]
fn of_two_that_do_not_combine_the_larger_is_taken() {
    let lines = [line(1000, 2)];
    let small = off(Class::Order, ALONE, Value::Percentage(100_000), &[true]);
    let large = off(Class::Order, ALONE, Value::Amount(500), &[true]);
    let found = discount(&lines, None, &[small, large]).unwrap();
    assert_eq!(found.applied.len(), 1);
    assert_eq!((found.applied[0].offer, found.amount_minor()), (1, 500));
}

#[test]
fn the_orders_share_is_measured_on_what_products_left() {
    let lines = [line(1000, 1), line(1000, 1)];
    let product = off(
        Class::Product,
        Combines::ALL,
        Value::Percentage(500_000),
        &[true, false],
    );
    let order = off(
        Class::Order,
        Combines::ALL,
        Value::Percentage(100_000),
        &[true, true],
    );
    let found = discount(&lines, None, &[order, product]).unwrap();
    assert_eq!(found.lines, [550, 100]);
    let one_sided = Combines {
        product: true,
        ..ALONE
    };
    let product = off(
        Class::Product,
        ALONE,
        Value::Percentage(500_000),
        &[true, false],
    );
    let order = off(
        Class::Order,
        one_sided,
        Value::Percentage(100_000),
        &[true, true],
    );
    let found = discount(&lines, None, &[order, product]).unwrap();
    assert_eq!(found.lines, [500, 0], "both have to allow it");
}

#[test]
fn a_line_gets_one_product_discount_the_best() {
    let lines = [line(1000, 1), line(400, 1)];
    let tenth = off(
        Class::Product,
        Combines::ALL,
        Value::Percentage(100_000),
        &[true, true],
    );
    let each = off(
        Class::Product,
        Combines::ALL,
        Value::AmountEach(90),
        &[true, true],
    );
    let found = discount(&lines, None, &[tenth, each]).unwrap();
    assert_eq!(found.lines, [100, 90]);
}

#[test]
fn what_is_not_reached_is_not_given() {
    let lines = [line(1000, 2), line(5000, 1)];
    let mut offer = off(Class::Product, ALONE, Value::Amount(100), &[true, false]);
    offer.minimum = Minimum::Subtotal(2000);
    assert!(offer.is_met(&lines, None));
    offer.minimum = Minimum::Subtotal(2001);
    assert!(!offer.is_met(&lines, None));
    offer.minimum = Minimum::Quantity(2);
    assert!(offer.is_met(&lines, None));
    offer.minimum = Minimum::Quantity(3);
    assert_eq!(discount(&lines, None, &[offer]).unwrap().amount_minor(), 0);
}

#[test]
fn free_delivery_is_free_up_to_its_price() {
    let lines = [line(1000, 1)];
    let offers = [free_shipping(ALONE, Some(600))];
    let free = discount(&lines, Some(600), &offers).unwrap();
    assert_eq!(free.shipping_minor, 600);
    let dear = discount(&lines, Some(601), &offers).unwrap();
    assert_eq!(dear.shipping_minor, 0);
    assert!(offers[0].is_met(&lines, None));
}

fn buy_get(buys: &[bool], buy: i64, gets: &[bool], get_quantity: i64, ppm: i64) -> Offer {
    Offer {
        class: Class::Product,
        combines: ALONE,
        minimum: Minimum::Nothing,
        effect: Effect::BuyGet(BuyGet {
            buys: buys.to_vec(),
            buy: Minimum::Quantity(buy),
            gets: gets.to_vec(),
            get_quantity,
            value: Value::Percentage(ppm),
            uses_max: None,
        }),
    }
}

#[test]
fn who_buys_two_gets_the_cheapest_third() {
    let offer = buy_get(&[true, true], 2, &[true, true], 1, PPM);
    let found = discount(
        &[line(1000, 2), line(300, 1)],
        None,
        std::slice::from_ref(&offer),
    )
    .unwrap();
    assert_eq!(found.lines, [0, 300]);
    let found = discount(&[line(1000, 2)], None, std::slice::from_ref(&offer)).unwrap();
    assert_eq!(found.amount_minor(), 0);
    let found = discount(&[line(1000, 6)], None, &[offer]).unwrap();
    assert_eq!(found.amount_minor(), 2000);
}

#[test]
fn what_is_reduced_does_not_count_as_bought() {
    let offer = buy_get(&[true, false], 1, &[false, true], 2, 500_000);
    let found = discount(
        &[line(1000, 3), line(400, 5)],
        None,
        std::slice::from_ref(&offer),
    )
    .unwrap();
    assert_eq!(
        found.lines,
        [0, 800],
        "two uses of the two and a half there are"
    );
    let found = discount(&[line(1000, 1), line(400, 5)], None, &[offer]).unwrap();
    assert_eq!(found.lines, [0, 400]);
}

prop_compose! {
    fn offers(lines: usize)(
        class in 0..4_u8,
        flags in prop::collection::vec(any::<bool>(), 3),
        kind in 0..3_u8,
        amount in 0_i64..20_000,
        ppm in 0_i64..1_200_000,
        on in prop::collection::vec(any::<bool>(), lines),
        gets in prop::collection::vec(any::<bool>(), lines),
        minimum in 0..3_u8,
        least in 0_i64..5_000,
    ) -> Offer {
        let combines = Combines { product: flags[0], order: flags[1], shipping: flags[2] };
        let value = match kind {
            0 => Value::Percentage(ppm),
            1 => Value::Amount(amount),
            _ => Value::AmountEach(amount),
        };
        let minimum = match minimum {
            0 => Minimum::Nothing,
            1 => Minimum::Subtotal(least),
            _ => Minimum::Quantity(least % 7),
        };
        let (class, effect) = match class {
            0 => (Class::Product, Effect::Lines { value, on }),
            1 => (Class::Order, Effect::Lines { value, on: vec![true; lines] }),
            2 => (Class::Shipping, Effect::Shipping { value, price_max: None }),
            _ => (Class::Product, Effect::BuyGet(BuyGet {
                buys: on, buy: minimum, gets, get_quantity: 1 + least % 3, value, uses_max: None,
            })),
        };
        Offer { class, combines, minimum, effect }
    }
}

fn sales() -> impl Strategy<Value = (Vec<Line>, Option<i64>, Vec<Offer>)> {
    (1_usize..6).prop_flat_map(|count| {
        (
            prop::collection::vec((0_i64..10_000, 0_i64..6), count),
            prop::option::of(0_i64..2_000),
            prop::collection::vec(offers(count), 0..6),
        )
            .prop_map(|(lines, shipping, offers)| {
                let lines = lines.into_iter().map(|(price, units)| line(price, units));
                (lines.collect(), shipping, offers)
            })
    })
}

proptest! {
    #[test]
    fn the_parts_sum_to_the_whole_and_no_line_is_below_zero((lines, shipping, offers) in sales()) {
        let found = discount(&lines, shipping, &offers).unwrap();
        for (at, line) in lines.iter().enumerate() {
            let parts: i64 = found.applied.iter().map(|applied| applied.lines[at]).sum();
            prop_assert_eq!(parts, found.lines[at]);
            prop_assert!((0..=gross(line)).contains(&found.lines[at]));
        }
        let delivery: i64 = found.applied.iter().map(|applied| applied.shipping_minor).sum();
        prop_assert_eq!(delivery, found.shipping_minor);
        prop_assert!((0..=shipping.unwrap_or(0)).contains(&found.shipping_minor));
    }

    #[test]
    fn what_stands_together_allows_each_other((lines, shipping, offers) in sales()) {
        let found = discount(&lines, shipping, &offers).unwrap();
        for a in &found.applied {
            for b in found.applied.iter().filter(|b| b.offer != a.offer) {
                let (one, other) = (&offers[a.offer], &offers[b.offer]);
                prop_assert!(one.combines.with(other.class) && other.combines.with(one.class));
            }
            prop_assert!(a.amount_minor() > 0 && offers[a.offer].is_met(&lines, shipping));
        }
    }

    #[test]
    fn no_discount_alone_would_take_off_more((lines, shipping, offers) in sales()) {
        let all = discount(&lines, shipping, &offers).unwrap().amount_minor();
        for offer in &offers {
            let alone = discount(&lines, shipping, std::slice::from_ref(offer)).unwrap();
            prop_assert!(alone.amount_minor() <= all);
        }
    }

    #[test]
    fn an_amount_never_takes_off_more_than_it_says((lines, shipping, offers) in sales()) {
        let found = discount(&lines, shipping, &offers).unwrap();
        for applied in &found.applied {
            let value = match &offers[applied.offer].effect {
                Effect::Lines { value, .. } | Effect::Shipping { value, .. } => value,
                Effect::BuyGet(_) => continue,
            };
            if let Value::Amount(minor) = value {
                prop_assert!(applied.amount_minor() <= *minor);
            }
        }
    }
}
