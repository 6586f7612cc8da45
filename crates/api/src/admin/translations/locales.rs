//! The languages that the shop speaks.

use commerce::apps::Scope;
use commerce::markets::{self, LocaleError, locales};
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;
use units::Language;

use crate::admin::markets::{ShopLocale, name_of};
use crate::admin::payload::{Payload, payloads};
use crate::errors::{UserError, fault};
use crate::{Cx, Registry, Request};

const READ: Scope = Scope::ReadLocales;
const WRITE: Scope = Scope::WriteLocales;

/// A language that a shop can speak.
#[derive(Clone)]
struct Locale {
    code: &'static str,
}

#[derive(Deserialize)]
struct ListArgs {
    published: bool,
}

#[derive(Deserialize)]
struct LocaleArgs {
    locale: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateArgs {
    locale: String,
    shop_locale: LocaleInput,
}

#[derive(Deserialize)]
struct LocaleInput {
    published: Option<bool>,
}

/// A language by its code, short enough to be handed about.
#[derive(Clone, Copy)]
struct Code([u8; 5], usize);

impl Code {
    fn of(locale: &str) -> Self {
        let mut bytes = [0; 5];
        let length = locale.len().min(5);
        bytes[..length].copy_from_slice(&locale.as_bytes()[..length]);
        Self(bytes, length)
    }
}

/// As a global id would be written: the code itself.
impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.0[..self.1]).unwrap_or_default())
    }
}

pub(super) fn register(r: &mut Registry) {
    r.query("shopLocales", |args: &ListArgs, cx: &mut Cx| {
        cx.permit("shopLocales", READ)?;
        let mut all = all(cx)?;
        all.retain(|own| own.published || !args.published);
        Ok(all)
    });
    r.query("availableLocales", |_: &NoArgs, cx: &mut Cx| {
        cx.permit("availableLocales", READ)?;
        let codes = Language::all().map(|language| Locale {
            code: language.code,
        });
        Ok(codes.collect::<Vec<_>>())
    });
    r.object::<Locale>("Locale")
        .leaf("isoCode", |own| own.code)
        .leaf("name", |own| name_of(own.code));
    r.mutation("shopLocaleEnable", enable);
    r.mutation("shopLocaleUpdate", update);
    r.mutation("shopLocaleDisable", disable);
    let shown = &["ShopLocaleEnablePayload", "ShopLocaleUpdatePayload"];
    payloads(r, shown, "shopLocale", by_code);
    r.object::<Payload<Code>>("ShopLocaleDisablePayload")
        .leaf("locale", |own| own.done.map(|code| code.to_string()))
        .child("userErrors", |own| own.user_errors.clone());
}

/// The languages, the shop's own first.
fn all(cx: &mut Cx) -> Result<Vec<ShopLocale>, Error> {
    let shop = cx.shop()?;
    let more = locales(&mut cx.tx).map_err(fault)?;
    let more = more.into_iter().map(ShopLocale::from);
    Ok(std::iter::once(ShopLocale::own(&shop))
        .chain(more)
        .collect())
}

fn by_code(cx: &mut Cx, code: Code) -> Result<Option<ShopLocale>, Error> {
    let code = code.to_string();
    Ok(all(cx)?.into_iter().find(|own| own.locale == code))
}

async fn enable(cx: MutationCx<Request>, args: LocaleArgs) -> Result<Payload<Code>, Error> {
    let call = cx.request.permit("shopLocaleEnable", WRITE)?;
    let done = cx
        .request
        .write(move |tx| markets::enable_locale(tx, &call, &args.locale))
        .await;
    Payload::of(done.map(|own| Code::of(&own)), refusal)
}

async fn update(cx: MutationCx<Request>, args: UpdateArgs) -> Result<Payload<Code>, Error> {
    let call = cx.request.permit("shopLocaleUpdate", WRITE)?;
    let published = args.shop_locale.published;
    let done = cx
        .request
        .write(move |tx| markets::update_locale(tx, &call, &args.locale, published))
        .await;
    Payload::of(done.map(|own| Code::of(&own)), refusal)
}

async fn disable(cx: MutationCx<Request>, args: LocaleArgs) -> Result<Payload<Code>, Error> {
    let call = cx.request.permit("shopLocaleDisable", WRITE)?;
    let done = cx
        .request
        .write(move |tx| markets::disable_locale(tx, &call, &args.locale))
        .await;
    Payload::of(done.map(|own| Code::of(&own)), refusal)
}

fn refusal(error: LocaleError) -> Result<UserError, Error> {
    match error {
        LocaleError::Store(cause) => Err(fault(cause)),
        error => Ok(UserError::new(&["locale"], None, &error)),
    }
}
