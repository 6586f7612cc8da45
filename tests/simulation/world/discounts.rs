//! Discounts and gift cards of the simulated world.

use commerce::Actor;
use commerce::carts::{self, Edit, Target};
use commerce::discounts::{self, DiscountInput, GetsInput, ItemsInput, Kind, Method, ValueInput};
use commerce::gift_cards::{self, Change as CardChange, NewGiftCard};
use units::{Currency, DiscountId, GiftCardId, Money, ProductVariantId, ShopId};

use super::{VARIANTS, World};

/// Discounts of one shop, so that steps stay quick.
const DISCOUNTS_MAX: usize = 12;
/// Gift cards of one shop.
const CARDS_MAX: usize = 8;

/// What was made of discounts and gift cards in a shop.
#[derive(Default)]
pub(super) struct Given {
    discounts: Vec<(DiscountId, Method)>,
    codes: Vec<String>,
    cards: Vec<(GiftCardId, String)>,
}

impl World {
    pub(super) fn make_discount(&mut self, shop: ShopId) {
        let made = self.memory(shop).given.discounts.len();
        if made >= DISCOUNTS_MAX {
            return;
        }
        let method = if self.dice.below(4) == 0 {
            Method::Automatic
        } else {
            Method::Code
        };
        let code = format!("CODE{made}");
        let mut input = self.terms(&code);
        let kind = match self.dice.below(4) {
            0 => {
                input.gets = None;
                Kind::FreeShipping
            }
            _ => Kind::Basic,
        };
        if method == Method::Automatic {
            (input.code, input.usage_limit, input.once_per_customer) = (None, None, None);
        }
        if kind == Kind::FreeShipping {
            input.combines = input
                .combines
                .map(|[product, order, _]| [product, order, false]);
        }
        let call = self.call(shop, Actor::System);
        let done = self.db.write_blocking(shop, move |tx| {
            discounts::create(tx, &call, method, kind, &input)
        });
        let id = done.expect("a discount");
        let given = &mut self.memory(shop).given;
        given.discounts.push((id, method));
        if method == Method::Code {
            given.codes.push(code);
        }
    }

    fn terms(&mut self, code: &str) -> DiscountInput {
        let cents = 50 + self.dice.below(2000);
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let value = match self.dice.below(3) {
            0 => ValueInput {
                percentage_ppm: Some(10_000 + self.dice.below(990_000)),
                ..ValueInput::default()
            },
            1 => ValueInput {
                amount: Some((amount, false)),
                ..ValueInput::default()
            },
            _ => ValueInput {
                amount: Some((amount, true)),
                ..ValueInput::default()
            },
        };
        let mut items = ItemsInput {
            all: self.dice.below(2) == 0,
            ..ItemsInput::default()
        };
        if !items.all {
            items.add_variants = vec![ProductVariantId(1 + self.dice.below(VARIANTS))];
        }
        let limit = self.dice.below(6);
        DiscountInput {
            title: Some(code.to_owned()),
            code: Some(code.to_owned()),
            starts_at: Some(self.now),
            usage_limit: (limit > 0).then_some(Some(limit)),
            once_per_customer: Some(self.dice.below(3) == 0),
            combines: Some([0; 3].map(|_| self.dice.below(2) == 0)),
            gets: Some(GetsInput {
                items: Some(items),
                value: Some(value),
            }),
            ..DiscountInput::default()
        }
    }

    /// Staff give a discount, give it no longer, or forget it.
    pub(super) fn switch_discount(&mut self, shop: ShopId) {
        let all = self.memory(shop).given.discounts.clone();
        let Some((id, method)) = self.dice.one_of(&all) else {
            return;
        };
        let call = self.call(shop, Actor::System);
        let what = self.dice.below(8);
        // A refusal is fine: it may be gone already.
        let _ = self.db.write_blocking(shop, move |tx| match what {
            0 => discounts::delete(tx, &call, id, method),
            1..4 => discounts::deactivate(tx, &call, id, method),
            _ => discounts::activate(tx, &call, id, method),
        });
    }

    /// A shopper types codes that there are, and one that there is not.
    pub(super) fn type_codes(&mut self, shop: ShopId) {
        let open = self.memory(shop).open.clone();
        let Some(cart) = self.dice.one_of(&open) else {
            return;
        };
        let known = self.memory(shop).given.codes.clone();
        let cards = self.memory(shop).given.cards.clone();
        let mut codes: Vec<String> = (0..self.dice.below(3))
            .filter_map(|_| self.dice.one_of(&known))
            .collect();
        codes.push("NOTHING".to_owned());
        let mut edits = vec![Edit::DiscountCodes(codes)];
        if let Some((_, code)) = self.dice.one_of(&cards).filter(|_| self.dice.below(2) == 0) {
            edits.push(Edit::AddGiftCardCodes(vec![code]));
        }
        let write = carts::Write {
            call: self.call(shop, Actor::Buyer),
            target: Target::Existing(cart),
            edits,
        };
        let written = self.db.submit_blocking(shop, write).expect("codes");
        assert!(!written.warnings.is_empty(), "an unknown code was taken");
    }

    /// Staff issue a gift card, or move money on one.
    pub(super) fn gift_card(&mut self, shop: ShopId) {
        let cards = self.memory(shop).given.cards.clone();
        let call = self.call(shop, Actor::System);
        let amount = Money::new(1 + self.dice.below(4000), Currency::EUR);
        match self.dice.one_of(&cards) {
            Some((id, _)) if cards.len() >= CARDS_MAX || self.dice.below(2) == 0 => {
                let change = CardChange {
                    amount,
                    note: None,
                    processed_at: None,
                };
                let debit = self.dice.below(2) == 0;
                // A refusal is fine: there may not be enough.
                let _ = self.db.write_blocking(shop, move |tx| {
                    if debit {
                        gift_cards::debit(tx, &call, id, &change)
                    } else {
                        gift_cards::credit(tx, &call, id, &change)
                    }
                });
            }
            _ => {
                let new = NewGiftCard {
                    code: None,
                    initial: amount,
                    note: None,
                    expires_on: None,
                    customer: None,
                    recipient: None,
                    template_suffix: None,
                };
                let done = self
                    .db
                    .write_blocking(shop, move |tx| gift_cards::create(tx, &call, &new));
                let made = done.expect("a gift card");
                self.memory(shop).given.cards.push((made.id, made.code));
            }
        }
    }

    /// No discount is used oftener than it may be, by all or by one customer.
    pub(super) fn check_limits(&mut self, shop: ShopId) {
        let wrong = self.db.read_blocking(shop, |tx| {
            let mut wrong: Vec<String> = tx.all(
                "SELECT title FROM discounts
                  WHERE shop_id = $shop AND usage_limit IS NOT NULL AND usage_count > usage_limit",
                (),
            )?;
            let twice: Vec<String> = tx.all(
                "SELECT MIN(d.title)
                   FROM discount_uses u
                   JOIN discounts d ON d.shop_id = u.shop_id AND d.id = u.discount_id
                  WHERE u.shop_id = $shop AND d.once_per_customer = 1
                  GROUP BY u.discount_id, u.customer_id
                 HAVING COUNT(*) > 1",
                (),
            )?;
            wrong.extend(twice);
            Ok::<_, store::StoreError>(wrong)
        });
        let wrong = wrong.and_then(|wrong| wrong).expect("limits");
        assert!(wrong.is_empty(), "used too often: {}", wrong.join(", "));
    }
}
