//! `stockroom demo`, and `stockroom` alone.

use std::thread;

use store::Db;

use crate::commands::{Ready, api_urls, block_on, on_terminal, say, say_json, until_stopped};
use crate::config::{Demo as Line, settings};
use crate::demo::{self, Demo, Receiver};
use crate::listen;
use crate::settings::{Settings, Tls};
use crate::start::{Running, open, serve};
use crate::trouble::Trouble;

/// Runs the demo store, made when it is not there.
pub(super) fn run(line: &Line) -> Result<(), Trouble> {
    let mut settings = settings(&line.place, &line.listening)?;
    settings.loopback_allowed = true;
    let (json, reset) = (line.listening.json, line.reset);
    block_on(async move {
        // The port first: a busy one must not touch the database.
        let listener = listen::bind(settings.listen).await?;
        let receiver = Receiver::start().await?;
        let (db, demo) = made(&settings, &receiver.url(), reset, json)?;
        let running = serve(settings, listener, db).await?;
        announce(&running, &demo, json);
        until_stopped(running).await;
        drop(receiver);
        Ok(())
    })?
}

/// Opens the database and fills it, on a thread that may wait.
fn made(
    settings: &Settings,
    receiver: &str,
    reset: bool,
    json: bool,
) -> Result<(Db, Demo), Trouble> {
    let loud = !json && on_terminal();
    let mut say = |what: &str| {
        if loud {
            eprintln!("{what}");
        }
    };
    let opened = thread::scope(|scope| {
        let work = scope.spawn(|| {
            if reset {
                demo::reset(&settings.database, &settings.data)?;
            }
            let db = open(&settings.database)?;
            match demo::fill(&db, settings, receiver, &mut say) {
                Ok(demo) => Ok((db, demo)),
                Err(trouble) => {
                    db.close();
                    Err(trouble)
                }
            }
        });
        work.join()
    });
    opened.unwrap_or_else(|_| Err(Trouble::Input("The demo was not made.".to_owned())))
}

fn announce(running: &Running, demo: &Demo, json: bool) {
    let url = running.url();
    let (admin_url, storefront_url) = api_urls(&url);
    if json {
        say_json(&Ready {
            shop: &demo.domain,
            url: &url,
            admin_url,
            storefront_url,
            admin_token: Some(demo::ADMIN_TOKEN),
            storefront_token: Some(demo::STOREFRONT_TOKEN),
            staff_email: Some(demo::STAFF_EMAIL),
            staff_password: Some(demo::STAFF_PASSWORD),
        });
        return;
    }
    let mut lines = vec![
        "Stockroom demo store is ready.".to_owned(),
        String::new(),
        format!("  Shop              {url}/"),
        format!("  Merchant's pages  {url}/admin"),
        format!(
            "      sign in       {}  /  {}",
            demo::STAFF_EMAIL,
            demo::STAFF_PASSWORD
        ),
        format!("  Storefront API    {storefront_url}"),
        format!("      token         {}", demo::STOREFRONT_TOKEN),
        format!("  Admin API         {admin_url}"),
        format!("      token         {}", demo::ADMIN_TOKEN),
        format!("  Its domain        {}", demo.domain),
    ];
    if running.settings.tls == Tls::SelfSigned {
        let file = running.settings.data.join(crate::CERTIFICATE);
        lines.push(format!("  Certificate       {}", file.display()));
    }
    lines.extend([
        String::new(),
        "Pay with the test card number 1 (2 is declined, 3 fails). These addresses and tokens are"
            .to_owned(),
        "the same at every start; `stockroom demo --reset` begins again. Ctrl-C stops.".to_owned(),
    ]);
    say(&lines.join("\n"));
}
