//! What is there: the ids that replies have told of, what hangs on what, and what else they hand out.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dice::Dice;

/// Things of one kind that are remembered, the latest ones.
const KEPT: usize = 40;

#[derive(Default)]
pub(crate) struct Pool {
    /// By the name in the id: `Product`.
    ids: BTreeMap<String, Vec<String>>,
    /// What hangs on an id, by kind: its variants, `@authorization` for one that is told by its name.
    below: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Other things that are handed out, by a name of ours.
    named: BTreeMap<&'static str, Vec<String>>,
}

/// Where something is found that a later call needs: in the reply to a mutation, or in what was asked.
enum Place {
    Reply(&'static str),
    Asked(&'static str),
}

/// What is remembered of mutations that were done, and under which name.
const HANDED: &[(&str, &str, Place)] = &[
    (
        "manualCollection",
        "collectionCreate",
        Place::Reply("/collection/id"),
    ),
    (
        "combining",
        "productCreate parent",
        Place::Reply("/product/id"),
    ),
    (
        "bundle",
        "productBundleCreate",
        Place::Reply("/productBundleOperation/product/id"),
    ),
    ("sized", "productSet", Place::Reply("/product/id")),
    ("sizes", "productSet", Place::Reply("/product/options/0/id")),
    (
        "automaticBxgy",
        "discountAutomaticBxgyCreate",
        Place::Reply("/automaticDiscountNode/id"),
    ),
    (
        "automaticFreeShipping",
        "discountAutomaticFreeShippingCreate",
        Place::Reply("/automaticDiscountNode/id"),
    ),
    (
        "codeBxgy",
        "discountCodeBxgyCreate",
        Place::Reply("/codeDiscountNode/id"),
    ),
    (
        "codeFreeShipping",
        "discountCodeFreeShippingCreate",
        Place::Reply("/codeDiscountNode/id"),
    ),
    (
        "code",
        "discountCodeBasicCreate",
        Place::Asked("/basicCodeDiscount/code"),
    ),
    (
        "madePublication",
        "publicationCreate",
        Place::Reply("/publication/id"),
    ),
    (
        "definedKey",
        "metafieldDefinitionCreate",
        Place::Asked("/definition/key"),
    ),
    (
        "type",
        "metaobjectDefinitionCreate",
        Place::Asked("/definition/type"),
    ),
    (
        "giftCardCode",
        "giftCardCreate",
        Place::Asked("/input/code"),
    ),
    (
        "redirectSearch",
        "savedSearchCreate",
        Place::Reply("/savedSearch/id"),
    ),
    (
        "signedUp",
        "storefront.customerCreate",
        Place::Asked("/input/email"),
    ),
    (
        "customerToken",
        "storefront.customerAccessTokenCreate",
        Place::Reply("/customerAccessToken/accessToken"),
    ),
    (
        "held",
        "fulfillmentOrderHold",
        Place::Reply("/fulfillmentOrder/id"),
    ),
    (
        "ownAddress",
        "storefront.customerAddressCreate",
        Place::Reply("/customerAddress/id"),
    ),
    (
        "accountActivationUrl",
        "customerGenerateAccountActivationUrl",
        Place::Reply("/accountActivationUrl"),
    ),
];

impl Pool {
    /// Remembers what a reply tells of.
    pub(crate) fn harvest(&mut self, reply: &Value) {
        self.walk(reply, &mut Vec::new());
    }

    fn walk(&mut self, reply: &Value, above: &mut Vec<String>) {
        match reply {
            Value::Array(items) => items.iter().for_each(|item| self.walk(item, above)),
            Value::Object(fields) => {
                let text = |name: &str| fields.get(name).and_then(Value::as_str);
                let own = text("id").or_else(|| text("resourceId")).map(str::to_owned);
                if let Some(id) = &own {
                    self.learn(id, above);
                    if text("kind") == Some("AUTHORIZATION") {
                        self.hang("@authorization", id, above);
                        self.name("authorization", id);
                    }
                }
                let terms = reply.pointer("/plan/pricingDetails/terms");
                if let (Some(id), Some(_)) = (&own, terms) {
                    self.name("usageLine", id);
                }
                if let (Some(key), Some(digest)) = (text("key"), text("digest")) {
                    self.hang(&format!("@digest.{key}"), digest, above);
                }
                if let (None, Some(handle)) = (&own, text("handle")) {
                    self.hang("@deliveryHandle", handle, above);
                }
                above.extend(own.clone());
                for value in fields.values() {
                    self.walk(value, above);
                }
                if own.is_some() {
                    above.pop();
                }
            }
            Value::String(text) => self.learn(text, above),
            _ => {}
        }
    }

    fn learn(&mut self, text: &str, above: &[String]) {
        if let Some(kind) = kind_in(text).map(str::to_owned) {
            keep(self.ids.entry(kind.clone()).or_default(), text);
            self.hang(&kind, text, above);
        }
    }

    fn hang(&mut self, kind: &str, text: &str, above: &[String]) {
        for id in above.iter().filter(|id| *id != text) {
            let below = self.below.entry(id.clone()).or_default();
            keep(below.entry(kind.to_owned()).or_default(), text);
        }
    }

    /// Remembers something under a name.
    pub(crate) fn name(&mut self, name: &'static str, text: &str) {
        keep(self.named.entry(name).or_default(), text);
    }

    /// Remembers something under a name, alone.
    pub(crate) fn name_only(&mut self, name: &'static str, text: &str) {
        self.named.insert(name, vec![text.to_owned()]);
    }

    /// Remembers what a mutation that was done hands out.
    pub(crate) fn note(&mut self, mutation: &str, asked: &Value, payload: &Value) {
        for (name, of, place) in HANDED {
            let found = match place {
                _ if *of != mutation => None,
                Place::Reply(pointer) => payload.pointer(pointer),
                Place::Asked(pointer) => asked.pointer(pointer),
            };
            if let Some(text) = found.and_then(Value::as_str) {
                self.name(name, text);
            }
        }
    }

    /// An id of a kind on which all these hang, if one is known.
    pub(crate) fn id_with(&self, kind: &str, below: &[String], dice: &mut Dice) -> Option<String> {
        let known = self.ids.get(kind)?;
        let fits = |id: &&String| {
            let own = self.below.get(*id);
            below
                .iter()
                .all(|kind| own.is_some_and(|own| own.contains_key(kind)))
        };
        let fitting: Vec<&String> = known.iter().filter(fits).collect();
        dice.late_one_of(&fitting).cloned()
    }

    /// What of a kind came before the last.
    pub(crate) fn last_but_one(&self, kind: &str) -> Option<String> {
        self.ids.get(kind)?.iter().rev().nth(1).cloned()
    }

    /// Something of a kind that hangs on an id.
    pub(crate) fn below(&self, id: &str, kind: &str, dice: &mut Dice) -> Option<String> {
        dice.late_one_of(self.below.get(id)?.get(kind)?)
    }

    /// An id of a kind, if one is known.
    pub(crate) fn id(&self, kind: &str, dice: &mut Dice) -> Option<String> {
        dice.late_one_of(self.ids.get(kind)?)
    }

    /// The latest ids of a kind.
    pub(crate) fn latest(&self, kind: &str) -> Vec<String> {
        self.ids.get(kind).cloned().unwrap_or_default()
    }

    /// The kind whose name a word begins with, or is: `productVariantId` is of a `ProductVariant`.
    pub(crate) fn kind_of(&self, word: &str) -> Option<String> {
        let word = word.to_ascii_lowercase();
        let fits = |kind: &&String| word.starts_with(&kind.to_ascii_lowercase());
        let fitting = self.ids.keys().filter(fits);
        fitting.max_by_key(|kind| kind.len()).cloned()
    }

    /// Any id.
    pub(crate) fn any(&self, dice: &mut Dice) -> Option<String> {
        let kinds: Vec<&String> = self.ids.keys().collect();
        let kind = dice.one_of(&kinds)?;
        self.id(kind, dice)
    }

    /// Something that is remembered under a name.
    pub(crate) fn named(&self, name: &str, dice: &mut Dice) -> Option<String> {
        dice.late_one_of(self.named.get(name)?)
    }
}

/// `Product` of `gid://shopify/Product/1`.
fn kind_in(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("gid://shopify/")?;
    rest.split_once('/').map(|(kind, _)| kind)
}

fn keep(known: &mut Vec<String>, text: &str) {
    known.retain(|one| one != text);
    known.push(text.to_owned());
    if known.len() > KEPT {
        known.remove(0);
    }
}
