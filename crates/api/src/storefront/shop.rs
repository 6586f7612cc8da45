//! The shop, as buyers see it.

use commerce::shops::Shop;
use graphql::NoArgs;

use super::media::Picture;
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

/// A page of the shop's terms; no shop has one yet.
#[derive(Clone, Copy)]
enum ShopPolicy {}

/// Terms that there is a usual text for; no shop has any yet.
#[derive(Clone, Copy)]
enum ShopPolicyWithDefault {}

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
        .leaf("shipsToCountries", |shop| vec![shop.country_code.clone()])
        .leaf("customerAccountUrl", |_| None::<String>)
        .child("primaryDomain", |shop| Domain(shop.domain.clone()))
        .child("paymentSettings", PaymentSettings::of)
        .child("brand", |_| None::<Brand>)
        .child("contactInformation", |_| None::<ShopPolicy>)
        .child("legalNotice", |_| None::<ShopPolicy>)
        .child("privacyPolicy", |_| None::<ShopPolicy>)
        .child("refundPolicy", |_| None::<ShopPolicy>)
        .child("shippingPolicy", |_| None::<ShopPolicy>)
        .child("termsOfSale", |_| None::<ShopPolicy>)
        .child("termsOfService", |_| None::<ShopPolicy>)
        .child("subscriptionPolicy", |_| None::<ShopPolicyWithDefault>);
    r.object::<Domain>("Domain")
        .text("host", |own| &own.0)
        .leaf("url", |own| format!("https://{}", own.0))
        .leaf("sslEnabled", |_| true);
    payment_settings(r);
    absent(r);
}

fn payment_settings(r: &mut Registry) {
    r.object::<PaymentSettings>("PaymentSettings")
        .text("countryCode", |own| &own.country)
        .text("currencyCode", |own| &own.currency)
        .leaf("enabledPresentmentCurrencies", |own| {
            vec![own.currency.clone()]
        })
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
    r.object::<ShopPolicy>("ShopPolicy")
        .leaf("id", |own| -> String { match *own {} })
        .leaf("title", |own| -> String { match *own {} })
        .leaf("handle", |own| -> String { match *own {} })
        .leaf("body", |own| -> String { match *own {} })
        .leaf("url", |own| -> String { match *own {} });
    r.object::<ShopPolicyWithDefault>("ShopPolicyWithDefault")
        .leaf("id", |own| -> Option<String> { match *own {} })
        .leaf("title", |own| -> String { match *own {} })
        .leaf("handle", |own| -> String { match *own {} })
        .leaf("body", |own| -> String { match *own {} })
        .leaf("url", |own| -> String { match *own {} });
}

impl PaymentSettings {
    fn of(shop: &Shop) -> Self {
        Self {
            country: shop.country_code.clone(),
            currency: shop.currency.to_string(),
        }
    }
}
