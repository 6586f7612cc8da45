//! Opening a shop that can sell, and giving an app its keys.

use commerce::apps::{self, App, NewApp, NewToken, Scopes, TokenKind};
use commerce::content;
use commerce::inventory::{self, NewLocation};
use commerce::markets;
use commerce::shops::{self, NewShop};
use commerce::themes;
use store::{Db, StoreError};
use units::{AppId, ShopId, handleize};

use crate::settings::Settings;
use crate::start::system_call;
use crate::trouble::Trouble;

/// An app with its tokens, which are shown this once.
pub struct Keys {
    /// The app; its client secret signs webhooks.
    pub app: App,
    /// Opens the Admin API.
    pub admin_token: String,
    /// Opens the Storefront API from a browser.
    pub storefront_token: String,
}

/// What an app's keys are to be.
#[derive(Debug, Clone)]
pub struct NewKeys {
    /// The app's name.
    pub title: String,
    /// What its tokens allow.
    pub scopes: Scopes,
    /// Cost points a second; 0 means no limit.
    pub throttle_per_second: i64,
    /// The texts of the Admin token, the Storefront token and the client secret, where they must
    /// be the same at every start.
    pub fixed: Option<(String, String, String)>,
}

/// Opens a shop with one location and the menus and the theme that every shop has, all at once.
///
/// # Errors
/// When the handle cannot be used, or the store fails.
pub fn open_shop(db: &Db, settings: &Settings, shop: &NewShop) -> Result<ShopId, Trouble> {
    let now = settings.clock.now();
    let id = ShopId(db.ids().next(now));
    let call = system_call(db, settings, id);
    let new = shop.clone();
    let location = NewLocation {
        name: if new.address1.is_empty() {
            "Shop location".to_owned()
        } else {
            new.address1.clone()
        },
        address1: new.address1.clone(),
        city: new.city.clone(),
        zip: new.zip.clone(),
        country_code: new.country_code.clone(),
        ..NewLocation::default()
    };
    db.platform_write_blocking(move |platform| -> Result<(), Trouble> {
        shops::create(platform, id, &new, now)?;
        platform
            .within(id, |tx| inventory::create_location(tx, &call, &location))
            .map_err(|why| Trouble::Input(why.to_string()))?;
        platform
            .within(id, |tx| content::open(tx, &call))
            .map_err(|why| Trouble::Input(why.to_string()))?;
        platform
            .within(id, |tx| markets::open(tx, &call))
            .map_err(|why| Trouble::Input(why.to_string()))?;
        platform
            .within(id, |tx| themes::open(tx, &call))
            .map_err(|why| Trouble::Input(why.to_string()))?;
        Ok(())
    })?;
    Ok(id)
}

/// Installs an app and makes its tokens, all at once.
///
/// # Errors
/// When the store fails, or the app's name is taken.
pub fn install_app(
    db: &Db,
    settings: &Settings,
    shop: ShopId,
    new: &NewKeys,
) -> Result<Keys, Trouble> {
    let call = system_call(db, settings, shop);
    let new = new.clone();
    db.write_blocking(shop, move |tx| -> Result<Keys, Trouble> {
        let (admin, storefront, secret) = match new.fixed.clone() {
            Some((admin, storefront, secret)) => (Some(admin), Some(storefront), Some(secret)),
            None => (None, None, None),
        };
        let app = apps::create(
            tx,
            &call,
            &NewApp {
                title: new.title.clone(),
                client_id: None,
                client_secret: secret,
                throttle_per_second: new.throttle_per_second,
            },
        )
        .map_err(|why| Trouble::Input(why.to_string()))?;
        let token = |kind, text| token(app.id, kind, &new, text);
        let mut make = |new: NewToken| {
            let made = apps::create_token(tx, &call, &new);
            made.map(|made| made.text)
                .map_err(|why| Trouble::Input(why.to_string()))
        };
        let admin_token = make(token(TokenKind::Admin, admin))?;
        let storefront_token = make(token(TokenKind::StorefrontPublic, storefront))?;
        Ok(Keys {
            app,
            admin_token,
            storefront_token,
        })
    })
}

fn token(app: AppId, kind: TokenKind, new: &NewKeys, text: Option<String>) -> NewToken {
    NewToken {
        app,
        kind,
        title: new.title.clone(),
        scopes: new.scopes,
        expires_at: None,
        text,
    }
}

/// The app that tokens of the command line belong to, made when it is not there; there is one
/// for each throttle that is asked for, in cost points a second (0: no limit).
///
/// # Errors
/// When the store fails.
pub fn command_line_app(
    db: &Db,
    settings: &Settings,
    shop: ShopId,
    throttle_per_second: u32,
) -> Result<AppId, Trouble> {
    const USUAL: u32 = 100;
    let call = system_call(db, settings, shop);
    db.write_blocking(shop, move |tx| -> Result<AppId, Trouble> {
        let title = match throttle_per_second {
            USUAL => "Command line".to_owned(),
            other => format!("Command line {other}"),
        };
        if let Some(app) = apps::find(tx, &handleize(&title))? {
            return Ok(app.id);
        }
        let new = NewApp {
            title,
            client_id: None,
            client_secret: None,
            throttle_per_second: i64::from(throttle_per_second),
        };
        let app = apps::create(tx, &call, &new).map_err(|why| Trouble::Input(why.to_string()))?;
        Ok(app.id)
    })
}

/// A shop's domain, for printing.
///
/// # Errors
/// Faults of the store.
pub fn domain(db: &Db, shop: ShopId) -> Result<String, StoreError> {
    db.read_blocking(shop, shops::current)?
        .map(|shop| shop.domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shop_of_no_country_is_not_opened() {
        let kept = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", kept.path().join("stockroom.db").display());
        let db = crate::start::open(&url).unwrap();
        let shop = |country_code: &str| NewShop {
            country_code: country_code.to_owned(),
            ..crate::demo::new_shop()
        };
        let refused = open_shop(&db, &Settings::default(), &shop("ZZ")).unwrap_err();
        let said = refused.to_string();
        assert!(
            said.starts_with("'ZZ' is not the code of a country"),
            "{said}"
        );
        assert!(open_shop(&db, &Settings::default(), &shop("FO")).is_ok());
        db.close();
    }
}
