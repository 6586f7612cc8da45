//! The shop, as its merchant sees it.

use std::rc::Rc;

use commerce::address::{Address, Heading};
use commerce::apps::Scope;
use commerce::markets;
use commerce::shops::{Shop, Zone};
use commerce::staff;
use graphql::{Error, NoArgs};
use serde::Deserialize;
use units::{Country, WeightUnit};

use crate::errors::fault;
use crate::scalars::{DateTime, Id};
use crate::{Cx, Registry};

/// Where the shop is.
struct ShopAddress {
    id: String,
    company: String,
    address: Address,
}

/// A host that leads to the shop.
pub(super) struct Domain {
    id: String,
    host: String,
}

/// What the shop has been set up to do; what it names no field for is not there.
struct ShopFeatures;

/// How the shop is run.
struct ShopPlan {
    test_shop: bool,
}

/// How buyers pay.
struct PaymentSettings;

/// How much of something there may be.
struct ShopResourceLimits;

/// Where buyers see the shop.
struct OnlineStore;

/// Whether buyers need a password to see the shop.
struct PasswordProtection;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FormattedArgs {
    with_company: Option<bool>,
}

pub(super) fn register(r: &mut Registry) {
    r.query("shop", |_: &NoArgs, cx: &mut Cx| cx.shop());
    r.query("onlineStore", |_: &NoArgs, cx: &mut Cx| {
        cx.permit("onlineStore", Scope::ReadOnlineStorePages)?;
        Ok(OnlineStore)
    });
    facts(r);
    settings(r);
    r.object::<Shop>("Shop")
        .child("shopAddress", ShopAddress::of)
        .child("billingAddress", ShopAddress::of)
        .child("primaryDomain", Domain::of)
        .child("domains", |shop| vec![Domain::of(shop)])
        .child("features", |_| ShopFeatures)
        .child("plan", |shop| ShopPlan {
            test_shop: shop.test_shop,
        })
        .child("paymentSettings", |_| PaymentSettings)
        .child("resourceLimits", |_| ShopResourceLimits)
        .load_leaf("shopOwnerName", owner_names)
        .load_leaf(
            "timezoneAbbreviation",
            |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| zones(shops, cx, |zone| zone.abbreviation),
        )
        .load_leaf(
            "timezoneOffset",
            |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| zones(shops, cx, |zone| zone.offset()),
        )
        .load_leaf(
            "timezoneOffsetMinutes",
            |shops: &[&Shop], _: &NoArgs, cx: &mut Cx| zones(shops, cx, |zone| zone.offset_minutes),
        );
    address(r);
    parts(r);
    features(r);
}

/// What the shop is.
fn facts(r: &mut Registry) {
    r.object::<Shop>("Shop")
        .leaf("id", |shop| Id(shop.id))
        .text("name", |shop| &shop.name)
        .leaf("description", |shop| filled(&shop.description))
        .text("email", |shop| &shop.email)
        .text("contactEmail", |shop| &shop.email)
        .text("myshopifyDomain", |shop| &shop.domain)
        .leaf("url", |shop| format!("https://{}", shop.domain))
        .leaf("storefrontUrl", |shop| format!("https://{}", shop.domain))
        .text("ianaTimezone", |shop| &shop.time_zone)
        .leaf("createdAt", |shop| DateTime(shop.created_at))
        .leaf("updatedAt", |shop| DateTime(shop.updated_at));
}

/// How the shop is set up.
fn settings(r: &mut Registry) {
    r.object::<Shop>("Shop")
        .text("currencyCode", |shop| shop.currency.as_str())
        .load_leaf("enabledPresentmentCurrencies", currencies)
        .leaf("shipsToCountries", |shop| vec![shop.country_code.clone()])
        .text("weightUnit", |shop| shop.weight_unit.as_str())
        .leaf("unitSystem", |shop| match shop.weight_unit {
            WeightUnit::Ounces | WeightUnit::Pounds => "IMPERIAL_SYSTEM",
            WeightUnit::Grams | WeightUnit::Kilograms => "METRIC_SYSTEM",
        })
        .leaf("taxesIncluded", |shop| shop.taxes_included)
        .leaf("taxShipping", |shop| shop.shipping_taxed)
        .leaf("orderNumberFormatPrefix", |_| "#")
        .leaf("orderNumberFormatSuffix", |_| "")
        .leaf("customerAccounts", |_| "DISABLED")
        .leaf("checkoutApiSupported", |_| true)
        .leaf("marketingSmsConsentEnabledAtCheckout", |_| false)
        .leaf("transactionalSmsDisabled", |_| true)
        .leaf("setupRequired", |_| false);
}

fn address(r: &mut Registry) {
    r.object::<ShopAddress>("ShopAddress")
        .text("id", |own| &own.id)
        .text("company", |own| &own.company)
        .text_opt("address1", |own| own.address.address1.as_deref())
        .text_opt("address2", |own| own.address.address2.as_deref())
        .text_opt("city", |own| own.address.city.as_deref())
        .text_opt("zip", |own| own.address.zip.as_deref())
        .text_opt("phone", |own| own.address.phone.as_deref())
        .text_opt("province", |own| own.address.province_name())
        .text_opt("provinceCode", |own| own.address.province_code.as_deref())
        .text_opt("country", |own| {
            own.address.country().map(|country| country.name)
        })
        .text_opt("countryCode", |own| own.address.country_code.as_deref())
        .text_opt("countryCodeV2", |own| own.address.country_code.as_deref())
        .leaf("formattedArea", |own| own.address.formatted_area())
        // Nobody looks addresses up on a map here.
        .leaf("coordinatesValidated", |_| false)
        .leaf("latitude", |_| None::<f64>)
        .leaf("longitude", |_| None::<f64>)
        .with("formatted", |own, args: &FormattedArgs| {
            let company = args.with_company.unwrap_or(true);
            let mut lines = own.address.formatted(Heading {
                name: false,
                company: false,
            });
            if company {
                lines.insert(0, own.company.clone());
            }
            Ok(lines)
        });
}

fn parts(r: &mut Registry) {
    r.object::<Domain>("Domain")
        .text("id", |own| &own.id)
        .text("host", |own| &own.host)
        .leaf("url", |own| format!("https://{}", own.host))
        .leaf("sslEnabled", |_| true);
    r.object::<ShopPlan>("ShopPlan")
        .leaf("displayName", ShopPlan::name)
        .leaf("publicDisplayName", ShopPlan::name)
        .leaf("partnerDevelopment", |own| own.test_shop)
        .leaf("shopifyPlus", |_| false);
    // Cards are entered at the checkout; no wallet is built in.
    r.object::<PaymentSettings>("PaymentSettings")
        .leaf("supportedDigitalWallets", |_| Vec::<String>::new());
    r.object::<ShopResourceLimits>("ShopResourceLimits")
        .leaf("maxProductOptions", |_| 3)
        .leaf("maxProductVariants", |_| 2_048);
    r.object::<OnlineStore>("OnlineStore")
        .child("passwordProtection", |_| PasswordProtection);
    // There is no password: whatever is published is seen.
    r.object::<PasswordProtection>("OnlineStorePasswordProtection")
        .leaf("enabled", |_| false);
}

fn features(r: &mut Registry) {
    let mut features = r.object::<ShopFeatures>("ShopFeatures");
    for there in ["harmonizedSystemCode", "storefront"] {
        features.leaf(there, |_| true);
    }
    for absent in [
        "avalaraAvatax",
        "buyerExperienceDepositEnabled",
        "captcha",
        "dynamicRemarketing",
        "eligibleForSubscriptionMigration",
        "eligibleForSubscriptions",
        "giftCards",
        "legacySubscriptionGatewayEnabled",
        "liveView",
        "marketDrivenShipping",
        "reports",
        "sellsSubscriptions",
        "shopifyPlus",
        "showMetrics",
        "subCountryMarketsEnabled",
        "unifiedMarkets",
        "usingShopifyBalance",
    ] {
        features.leaf(absent, |_| false);
    }
}

impl ShopAddress {
    fn of(shop: &Shop) -> Self {
        Self {
            id: format!("gid://shopify/ShopAddress/{}", shop.id.get()),
            company: shop.name.clone(),
            address: Address {
                address1: filled(&shop.address1),
                address2: filled(&shop.address2),
                city: filled(&shop.city),
                province_code: filled(&shop.province_code),
                zip: filled(&shop.zip),
                country_code: Country::of(&shop.country_code).map(|own| own.code.to_owned()),
                phone: filled(&shop.phone),
                ..Address::default()
            },
        }
    }
}

/// The currencies that buyers see somewhere.
fn currencies(shops: &[&Shop], _: &NoArgs, cx: &mut Cx) -> Vec<Result<Vec<String>, Error>> {
    let of = |shop: &&Shop| {
        let found = markets::enabled_currencies(&mut cx.tx, shop).map_err(fault)?;
        Ok(found.iter().map(|own| own.as_str().to_owned()).collect())
    };
    shops.iter().map(of).collect()
}

impl Domain {
    pub(super) fn of(shop: &Shop) -> Self {
        Self {
            id: format!("gid://shopify/Domain/{}", shop.id.get()),
            host: shop.domain.clone(),
        }
    }
}

impl ShopPlan {
    fn name(&self) -> &'static str {
        if self.test_shop {
            "Development"
        } else {
            "Stockroom"
        }
    }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn zones<L>(shops: &[&Shop], cx: &mut Cx, part: impl Fn(Zone) -> L) -> Vec<Result<L, Error>> {
    let now = cx.request.now();
    shops
        .iter()
        .map(|shop| Ok(part(shop.zone_at(now))))
        .collect()
}

/// The first member of the staff owns the shop; before there is one, the shop has no other name.
fn owner_names(shops: &[&Shop], _: &NoArgs, cx: &mut Cx) -> Vec<Result<String, Error>> {
    let owner = staff::all(&mut cx.tx).map(|all| all.first().map(staff::StaffMember::name));
    match owner {
        Ok(owner) => shops
            .iter()
            .map(|shop| Ok(owner.clone().unwrap_or_else(|| shop.name.clone())))
            .collect(),
        Err(cause) => {
            let error = fault(cause);
            shops.iter().map(|_| Err(error.clone())).collect()
        }
    }
}

/// The shop of a payload.
pub(super) fn of_payload<P>(
    payloads: &[&P],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Rc<Shop>, Error>> {
    payloads.iter().map(|_| cx.shop()).collect()
}
