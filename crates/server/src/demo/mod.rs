//! The demo store: a shop with products, orders in several states and credentials that everybody
//! may know. It is the same at every start; `serve` refuses to serve it.

mod goods;
mod pictures;
mod receiver;
mod sales;
mod webhooks;
mod words;

use std::path::{Path, PathBuf};

use commerce::apps::{self, App, Scopes, TokenKind};
use commerce::shops::{self, NewShop};
use commerce::staff::{self, NewStaffMember};
use store::{Db, StoreError};
use units::{Currency, ShopId};

use crate::settings::Settings;
use crate::shop::{NewKeys, install_app, open_shop};
use crate::start::system_call;
use crate::trouble::Trouble;

pub use receiver::Receiver;

/// The first part of the demo shop's domain.
pub const HANDLE: &str = "stockroom-demo";
/// Opens the demo's Admin API.
pub const ADMIN_TOKEN: &str = "shpat_demo57ac4f00d57ac4f00d57ac4f00d57a";
/// Opens the demo's Storefront API.
pub const STOREFRONT_TOKEN: &str = "demo57ac4f00d57ac4f00d57ac4f00d5";
/// Signs the demo's webhooks.
pub const CLIENT_SECRET: &str = "shpss_demo57ac4f00d57ac4f00d57ac4f00d57a";
/// Who signs in to the demo's merchant pages.
pub const STAFF_EMAIL: &str = "owner@stockroom.example";
/// With which password.
pub const STAFF_PASSWORD: &str = "stockroom-demo";

/// What the demo adds to a database, and where its sample webhooks go.
pub struct Demo {
    /// The shop.
    pub shop: ShopId,
    /// Its domain.
    pub domain: String,
}

/// Makes the demo store unless it is there already; `say` hears what is being done.
///
/// # Errors
/// `NotADemo` when the database holds other shops.
pub fn fill(
    db: &Db,
    settings: &Settings,
    receiver: &str,
    say: &mut dyn FnMut(&str),
) -> Result<Demo, Trouble> {
    let known = db.platform_read_blocking(shops::all)??;
    if let Some(other) = known.iter().find(|shop| shop.handle != HANDLE) {
        return Err(Trouble::NotADemo(other.domain.clone()));
    }
    if let Some(demo) = known.first() {
        let app = whole(db, settings, demo.id)?.ok_or(Trouble::DemoUnfinished)?;
        webhooks::tell(db, settings, demo.id, app.id, receiver)?;
        return Ok(Demo {
            shop: demo.id,
            domain: demo.domain.clone(),
        });
    }
    say("Opening the demo shop …");
    let new = new_shop();
    let shop = open_shop(db, settings, &new)?;
    let keys = install_app(db, settings, shop, &new_keys())?;
    webhooks::tell(db, settings, shop, keys.app.id, receiver)?;
    say("Importing its products …");
    goods::import(db, settings, shop)?;
    goods::arrange(db, settings, shop)?;
    words::write(db, settings, shop)?;
    say("Selling a few of them …");
    sales::history(db, settings, shop)?;
    employ(db, settings, shop)?;
    Ok(Demo {
        shop,
        domain: new.domain(),
    })
}

/// Whether a shop has credentials that everybody knows.
///
/// # Errors
/// Faults of the store.
pub fn credentials_are_fixed(db: &Db, shop: ShopId) -> Result<bool, StoreError> {
    let now = units::Timestamp(0);
    let (token, known) = db.read_blocking(shop, move |tx| {
        let token = [
            (TokenKind::Admin, ADMIN_TOKEN),
            (TokenKind::StorefrontPublic, STOREFRONT_TOKEN),
        ]
        .into_iter()
        .map(|(kind, text)| Ok(apps::authenticate(tx, kind, text, now)?.is_some()))
        .collect::<Result<Vec<bool>, StoreError>>()?;
        Ok::<_, StoreError>((token.contains(&true), staff::credentials(tx, STAFF_EMAIL)?))
    })??;
    let password = known
        .is_some_and(|found| staff::verify_password(STAFF_PASSWORD, Some(&found.password_hash)));
    Ok(token || password)
}

/// Takes the demo's files away, so that it begins again.
///
/// # Errors
/// When another process uses them, or they are not ours to remove.
pub fn reset(database: &str, data: &Path) -> Result<(), Trouble> {
    let Some(file) = database.strip_prefix("sqlite://").map(PathBuf::from) else {
        return Err(Trouble::Input(
            "`--reset` begins a demo in a folder anew. Empty the PostgreSQL database yourself, or leave --database out.".to_owned(),
        ));
    };
    if file.exists() {
        refuse_others(database)?;
    }
    let name = file.as_os_str().to_owned();
    for ending in ["", "-wal", "-shm"] {
        let mut path = name.clone();
        path.push(ending);
        remove(Path::new(&path))?;
    }
    let pictures = data.join("files");
    if pictures.exists() {
        std::fs::remove_dir_all(&pictures).map_err(|cause| Trouble::FolderUnwritable {
            path: pictures,
            cause,
        })?;
    }
    Ok(())
}

/// Opens the database once, to see that nobody else has it open and that it is the demo's.
fn refuse_others(database: &str) -> Result<(), Trouble> {
    let db = match crate::start::open(database) {
        Ok(db) => db,
        // A damaged or newer demo is begun anew all the same.
        Err(Trouble::Database(
            store::OpenError::Unreadable { .. } | store::OpenError::Newer { .. },
        )) => return Ok(()),
        Err(other) => return Err(other),
    };
    let known = db.platform_read_blocking(shops::all)??;
    db.close();
    match known.iter().find(|shop| shop.handle != HANDLE) {
        Some(other) => Err(Trouble::NotADemo(other.domain.clone())),
        None => Ok(()),
    }
}

fn remove(path: &Path) -> Result<(), Trouble> {
    match std::fs::remove_file(path) {
        Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
            Err(Trouble::FolderUnwritable {
                path: path.to_owned(),
                cause,
            })
        }
        _ => Ok(()),
    }
}

/// The demo's app, when the demo is whole: its staff joins last.
fn whole(db: &Db, settings: &Settings, shop: ShopId) -> Result<Option<App>, StoreError> {
    let now = settings.clock.now();
    db.read_blocking(shop, move |tx| {
        let token = apps::authenticate(tx, TokenKind::Admin, ADMIN_TOKEN, now)?;
        match token {
            Some(token) if staff::credentials(tx, STAFF_EMAIL)?.is_some() => {
                Ok(apps::load_many(tx, &[token.app_id])?.pop())
            }
            _ => Ok(None),
        }
    })?
}

fn new_shop() -> NewShop {
    NewShop {
        handle: HANDLE.to_owned(),
        name: "Harbour & Oak".to_owned(),
        email: STAFF_EMAIL.to_owned(),
        currency: Currency::USD,
        time_zone: "America/New_York".to_owned(),
        address1: "12 Commercial Street".to_owned(),
        city: "Portland".to_owned(),
        zip: "04101".to_owned(),
        country_code: "US".to_owned(),
        test_shop: true,
        taxes_included: false,
        tax_title: "Sales tax".to_owned(),
        tax_rate_ppm: 55_000,
        shipping_title: "Standard delivery".to_owned(),
        shipping_price_minor: 690,
        shipping_taxed: false,
    }
}

fn new_keys() -> NewKeys {
    NewKeys {
        title: "Demo".to_owned(),
        scopes: Scopes::all(),
        throttle_per_second: 100,
        fixed: Some((
            ADMIN_TOKEN.to_owned(),
            STOREFRONT_TOKEN.to_owned(),
            CLIENT_SECRET.to_owned(),
        )),
    }
}

fn employ(db: &Db, settings: &Settings, shop: ShopId) -> Result<(), Trouble> {
    let password = staff::hash_password(STAFF_PASSWORD, &settings.luck)
        .map_err(|why| Trouble::Input(why.to_string()))?;
    let new = NewStaffMember {
        email: STAFF_EMAIL.to_owned(),
        first_name: "Olivia".to_owned(),
        last_name: "Owner".to_owned(),
        password,
    };
    let call = system_call(db, settings, shop);
    db.write_blocking(shop, move |tx| {
        staff::create(tx, &call, &new).map_err(|why| Trouble::Input(why.to_string()))
    })?;
    Ok(())
}
