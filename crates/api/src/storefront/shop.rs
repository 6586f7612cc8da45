//! The shop, as buyers see it.

use commerce::content::{self, PolicyKind, ShopPolicy};
use commerce::markets::{self, SoldIn};
use commerce::shops::Shop;
use graphql::{Error, NoArgs, Obj, obj};

use super::media::Picture;
use crate::errors::fault;
use crate::scalars::Id;
use crate::{Cx, Registry};

/// A host that leads to the shop.
struct Domain(String);

/// How buyers pay.
struct PaymentSettings {
    country: String,
    currency: String,
}

/// What the shop looks like; no shop has told yet.
#[derive(Clone, Copy)]
enum Brand {}

/// Terms that there may be a usual text for; here the merchant writes it.
#[derive(Clone)]
pub(super) struct ShopPolicyWithDefault(pub(super) ShopPolicy);

/// A release of the API.
struct ApiVersion {
    handle: &'static str,
    name: &'static str,
    supported: bool,
}

/// The release that answers now, and the one that is being made.
const VERSIONS: [ApiVersion; 2] = [
    ApiVersion {
        handle: "2026-10",
        name: "2026-10 (Latest)",
        supported: true,
    },
    ApiVersion {
        handle: "unstable",
        name: "unstable",
        supported: false,
    },
];

pub(super) fn register(r: &mut Registry) {
    r.query("shop", |_: &NoArgs, cx: &mut Cx| cx.shop());
    r.query("paymentSettings", |_: &NoArgs, cx: &mut Cx| {
        Ok(PaymentSettings::of(&*cx.shop()?))
    });
    r.query("publicApiVersions", |_: &NoArgs, _: &mut Cx| {
        Ok(Vec::from(VERSIONS))
    });
    r.object::<ApiVersion>("ApiVersion")
        .leaf("handle", |own| own.handle)
        .leaf("displayName", |own| own.name)
        .leaf("supported", |own| own.supported);
    r.object::<Shop>("Shop")
        .leaf("id", |shop| Id(shop.id))
        .text("name", |shop| &shop.name)
        .text_opt("description", |shop| {
            Some(shop.description.as_str()).filter(|text| !text.is_empty())
        })
        .leaf("moneyFormat", |shop| shop.currency.money_format())
        .load_leaf("shipsToCountries", ships_to)
        .leaf("customerAccountUrl", |_| None::<String>)
        .child("primaryDomain", |shop| Domain(shop.domain.clone()))
        .child("paymentSettings", PaymentSettings::of)
        .child("brand", |_| None::<Brand>)
        .load(
            "subscriptionPolicy",
            |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| {
                let found = policy(cx, PolicyKind::SubscriptionPolicy);
                let found = found.map(|own| own.map(ShopPolicyWithDefault));
                shops.iter().map(|_| found.clone()).collect()
            },
        );
    policies(r);
    r.object::<Domain>("Domain")
        .text("host", |own| &own.0)
        .leaf("url", |own| format!("https://{}", own.0))
        .leaf("sslEnabled", |_| true);
    payment_settings(r);
    absent(r);
}

/// The shop's terms, by the field that tells them.
const POLICIES: [(&str, PolicyKind); 7] = [
    ("contactInformation", PolicyKind::ContactInformation),
    ("legalNotice", PolicyKind::LegalNotice),
    ("privacyPolicy", PolicyKind::PrivacyPolicy),
    ("refundPolicy", PolicyKind::RefundPolicy),
    ("shippingPolicy", PolicyKind::ShippingPolicy),
    ("termsOfSale", PolicyKind::TermsOfSale),
    ("termsOfService", PolicyKind::TermsOfService),
];

fn policies(r: &mut Registry) {
    for (field, kind) in POLICIES {
        r.object::<Shop>("Shop")
            .load(field, move |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| {
                let found = policy(cx, kind);
                shops.iter().map(|_| found.clone()).collect()
            });
    }
    r.object::<ShopPolicy>("ShopPolicy")
        .leaf("id", |own| Id(own.id))
        .leaf("title", |own| own.kind.title())
        .leaf("handle", |own| own.kind.handle())
        .text("body", |own| &own.body)
        .load_leaf("url", |all: &[&ShopPolicy], _: &NoArgs, cx: &mut Cx| {
            all.iter().map(|own| Ok(address(cx, own))).collect()
        });
    r.object::<ShopPolicyWithDefault>("ShopPolicyWithDefault")
        .leaf("id", |own| Some(Id(own.0.id)))
        .leaf("title", |own| own.0.kind.title())
        .leaf("handle", |own| own.0.kind.handle())
        .text("body", |own| &own.0.body)
        .load_leaf(
            "url",
            |all: &[&ShopPolicyWithDefault], _: &NoArgs, cx: &mut Cx| {
                all.iter().map(|own| Ok(address(cx, &own.0))).collect()
            },
        );
}

fn policy(cx: &mut Cx, kind: PolicyKind) -> Result<Option<ShopPolicy>, Error> {
    let found = content::policies(&mut cx.tx).map_err(fault)?;
    Ok(found.into_iter().find(|own| own.kind == kind))
}

/// The shop's terms by id, for `node`: those that say something.
pub(super) fn policy_nodes(cx: &mut Cx, ids: &[i64]) -> Result<Vec<Option<Obj>>, Error> {
    let found = content::policies(&mut cx.tx).map_err(fault)?;
    let of = |id: &i64| found.iter().find(|own| own.id.get() == *id).cloned();
    Ok(ids.iter().map(|id| of(id).map(obj)).collect())
}

fn address(cx: &Cx, own: &ShopPolicy) -> String {
    format!("{}/policies/{}", cx.request.origin(), own.kind.handle())
}

fn payment_settings(r: &mut Registry) {
    r.object::<PaymentSettings>("PaymentSettings")
        .text("countryCode", |own| &own.country)
        .text("currencyCode", |own| &own.currency)
        .load_leaf("enabledPresentmentCurrencies", currencies)
        .leaf("shopifyPaymentsAccountId", |_| None::<String>)
        // Cards are entered at the checkout's own page; no brand or wallet is promised here.
        .leaf("acceptedCardBrands", |_| Vec::<String>::new())
        .leaf("supportedDigitalWallets", |_| Vec::<String>::new());
}

fn absent(r: &mut Registry) {
    r.object::<Brand>("Brand")
        .leaf("shortDescription", |own| -> Option<String> {
            match *own {}
        })
        .leaf("slogan", |own| -> Option<String> { match *own {} })
        .child("logo", |own| -> Option<Picture> { match *own {} })
        .child("squareLogo", |own| -> Option<Picture> { match *own {} })
        .child("coverImage", |own| -> Option<Picture> { match *own {} });
}

/// The countries that buyers can be in.
fn ships_to(shops: &[&Shop], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<String>, Error>> {
    let code = |own: SoldIn| own.country.code.to_owned();
    let countries = |shop: &&Shop| {
        let found = markets::served_countries(&mut cx.tx, shop).map_err(fault)?;
        Ok(found.into_iter().map(code).collect())
    };
    shops.iter().map(countries).collect()
}

/// The currencies that buyers see somewhere.
fn currencies(
    all: &[&PaymentSettings],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Vec<String>, Error>> {
    let found = cx.shop().and_then(|shop| {
        let found = markets::enabled_currencies(&mut cx.tx, &shop).map_err(fault)?;
        Ok::<_, Error>(found.iter().map(|own| own.as_str().to_owned()).collect())
    });
    all.iter().map(|_| found.clone()).collect()
}

impl PaymentSettings {
    fn of(shop: &Shop) -> Self {
        Self {
            country: shop.country_code.clone(),
            currency: shop.currency.to_string(),
        }
    }
}
