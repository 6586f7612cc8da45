//! `stockroom serve`.

use std::thread;

use commerce::shops::{self, Entry};
use store::Db;

use crate::commands::{Ready, api_urls, block_on, say, say_json, until_stopped};
use crate::config::{Serve, bucket, settings};
use crate::settings::Settings;
use crate::start::{Running, open, serve};
use crate::trouble::Trouble;
use crate::{demo, listen};

/// Serves the shops of a database.
pub(super) fn run(line: &Serve) -> Result<(), Trouble> {
    let mut settings = settings(&line.place, &line.listening)?;
    settings.loopback_allowed = line.allow_loopback;
    settings.bucket = bucket(&line.place, &line.keeping)?;
    let json = line.listening.json;
    block_on(async move {
        // The port first: a busy one must not touch the database.
        let listener = listen::bind(settings.listen).await?;
        let (db, shops) = inspected(&settings)?;
        let running = serve(settings, listener, db).await?;
        announce(&running, &shops, json);
        until_stopped(running).await;
        Ok(())
    })?
}

/// Opens the database and refuses one with credentials that everybody knows.
fn inspected(settings: &Settings) -> Result<(Db, Vec<Entry>), Trouble> {
    let database = &settings.database;
    // Opening waits on the disk, so it is done on a thread that may wait.
    let opened = thread::scope(|scope| {
        let look = scope.spawn(|| {
            let db = open(database)?;
            let shops = db.platform_read_blocking(shops::all)??;
            for shop in &shops {
                if demo::credentials_are_fixed(&db, shop.id)? {
                    return Err(Trouble::DemoCredentials);
                }
            }
            Ok((db, shops))
        });
        look.join()
    });
    opened.unwrap_or_else(|_| Err(Trouble::Input("The database was not opened.".to_owned())))
}

fn announce(running: &Running, shops: &[Entry], json: bool) {
    let url = running.url();
    if json {
        let (admin_url, storefront_url) = api_urls(&url);
        say_json(&Ready {
            shop: shops.first().map_or("", |shop| shop.domain.as_str()),
            url: &url,
            admin_url,
            storefront_url,
            admin_token: None,
            storefront_token: None,
            staff_email: None,
            staff_password: None,
        });
        return;
    }
    say(&format!("Stockroom serves at {url}"));
    match shops {
        [] => {
            say("It has no shop yet. Open one: stockroom shop create --handle … --name … --email …")
        }
        shops => {
            for shop in shops.iter().take(20) {
                say(&format!("  {}: {}", shop.name, shop.domain));
            }
            if shops.len() == 1 {
                say(&format!("The merchant's pages: {url}/admin"));
            }
        }
    }
    say("Press Ctrl-C to stop.");
}
