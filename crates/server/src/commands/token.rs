//! `stockroom token create`.

use commerce::apps::{self, NewToken, Scopes, TokenKind};
use serde::Serialize;

use crate::commands::{say, say_json};
use crate::config::TokenCreate;
use crate::settings::Settings;
use crate::shop::command_line_app;
use crate::start::{named_shop, system_call, visit};
use crate::trouble::Trouble;

#[derive(Serialize)]
struct Made<'a> {
    token: &'a str,
    scopes: &'a str,
}

/// Makes a token, shown once.
pub(super) fn create(line: &TokenCreate) -> Result<(), Trouble> {
    let (kind, scopes) = match line.storefront {
        true => (TokenKind::StorefrontPublic, Scopes::all()),
        false => (
            TokenKind::Admin,
            Scopes::parse(&line.scopes.join(",")).map_err(input)?,
        ),
    };
    let found = line.place.find()?;
    let db = visit(&found.database)?;
    let shop = named_shop(&db, &line.shop)?;
    let settings = Settings::default();
    let app = command_line_app(&db, &settings, shop, line.throttle)?;
    let call = system_call(&db, &settings, shop);
    let new = NewToken {
        app,
        kind,
        title: line.title.clone(),
        scopes,
        expires_at: None,
        text: None,
    };
    let made = db.write_blocking(shop, move |tx| {
        apps::create_token(tx, &call, &new).map_err(input)
    })?;
    db.close();
    if line.json {
        say_json(&Made {
            token: &made.text,
            scopes: &scopes.to_string(),
        });
        return Ok(());
    }
    say(&made.text);
    if kind == TokenKind::Admin {
        eprintln!(
            "Keep this token: it is shown this once. It goes into the header X-Shopify-Access-Token."
        );
    } else {
        eprintln!("It goes into the header X-Shopify-Storefront-Access-Token.");
    }
    Ok(())
}

fn input(why: impl std::fmt::Display) -> Trouble {
    Trouble::Input(why.to_string())
}
