//! The demo store: a shop with products, orders in several states and credentials that everybody
//! may know. It is the same at every start; `serve` refuses to serve it.

mod goods;
mod pictures;
mod receiver;
mod sales;
mod webhooks;
mod words;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use commerce::apps::{self, App, Scopes, TokenKind};
use commerce::shops::{self, NewShop};
use commerce::staff::{self, NewStaffMember};
use store::{Db, StoreError};
use units::{Currency, ShopId};

use crate::files::folder;
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

/// Takes away what the demo made, so that it begins again: its database, and the folders of its
/// shops' files. Whatever else lies in `data` is somebody's own.
///
/// # Errors
/// When another process uses them, or they are not ours to remove.
pub fn reset(database: &str, data: &Path) -> Result<(), Trouble> {
    let Some(file) = database.strip_prefix("sqlite://").map(PathBuf::from) else {
        return Err(Trouble::Input(
            "`--reset` begins a demo in a folder anew. Empty the PostgreSQL database yourself, or leave --database out.".to_owned(),
        ));
    };
    let shops = if file.exists() {
        own_shops(database)?
    } else {
        Vec::new()
    };
    let files = data.join("files");
    for shop in shops {
        let folder = folder(&files, shop);
        match std::fs::remove_dir_all(&folder) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(Trouble::FolderUnwritable {
                    path: folder,
                    cause,
                });
            }
            _ => {}
        }
    }
    let name = file.as_os_str().to_owned();
    for ending in ["", "-wal", "-shm"] {
        let mut path = name.clone();
        path.push(ending);
        remove(Path::new(&path))?;
    }
    Ok(())
}

/// Opens the database once, to see that nobody else has it open and that it is the demo's; gives
/// its shops.
fn own_shops(database: &str) -> Result<Vec<ShopId>, Trouble> {
    let db = match crate::start::open(database) {
        Ok(db) => db,
        // A damaged or newer demo is begun anew all the same; which files are its own is lost.
        Err(Trouble::Database(
            store::OpenError::Unreadable { .. } | store::OpenError::Newer { .. },
        )) => return Ok(Vec::new()),
        Err(other) => return Err(other),
    };
    let known = db.platform_read_blocking(shops::all)??;
    db.close();
    match known.iter().find(|shop| shop.handle != HANDLE) {
        Some(other) => Err(Trouble::NotADemo(other.domain.clone())),
        None => Ok(known.iter().map(|shop| shop.id).collect()),
    }
}

fn remove(path: &Path) -> Result<(), Trouble> {
    match std::fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Trouble::FolderUnwritable {
            path: path.to_owned(),
            cause,
        }),
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

/// What the demo shop begins with.
pub(crate) fn new_shop() -> NewShop {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(data: &Path) -> Settings {
        Settings {
            database: format!("sqlite://{}", data.join("stockroom.db").display()),
            data: data.to_owned(),
            ..Settings::default()
        }
    }

    /// A folder with a shop's database and files, and a file of somebody else's.
    fn folder_of(shop: &NewShop) -> (tempfile::TempDir, Settings, PathBuf) {
        let kept = tempfile::tempdir().unwrap();
        let settings = settings(kept.path());
        let db = crate::start::open(&settings.database).unwrap();
        let files = kept.path().join("files");
        let own = folder(&files, open_shop(&db, &settings, shop).unwrap());
        db.close();
        std::fs::create_dir_all(&own).unwrap();
        std::fs::write(own.join("mug.svg"), "<svg/>").unwrap();
        std::fs::write(files.join("keep"), "mine").unwrap();
        (kept, settings, own)
    }

    #[test]
    fn a_reset_takes_the_demos_files_and_nobody_elses() {
        let (kept, settings, own) = folder_of(&new_shop());
        reset(&settings.database, &settings.data).unwrap();
        assert!(!own.exists());
        assert!(!kept.path().join("stockroom.db").exists());
        assert!(kept.path().join("files/keep").exists());
    }

    #[test]
    fn a_reset_where_no_demo_was_takes_nothing() {
        let kept = tempfile::tempdir().unwrap();
        let settings = settings(kept.path());
        let files = kept.path().join("files/123");
        std::fs::create_dir_all(&files).unwrap();
        reset(&settings.database, &settings.data).unwrap();
        assert!(files.exists());
    }

    #[test]
    fn a_reset_leaves_other_shops_alone() {
        let other = NewShop {
            handle: "somebody".to_owned(),
            ..new_shop()
        };
        let (kept, settings, own) = folder_of(&other);
        let refused = reset(&settings.database, &settings.data);
        assert!(matches!(refused, Err(Trouble::NotADemo(_))));
        assert!(own.exists() && kept.path().join("stockroom.db").exists());
    }
}
