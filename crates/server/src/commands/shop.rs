//! `stockroom shop create`.

use commerce::shops::NewShop;
use units::{Currency, Money};

use crate::commands::say;
use crate::config::ShopCreate;
use crate::settings::Settings;
use crate::shop::open_shop;
use crate::start::open;
use crate::trouble::Trouble;

/// Opens a shop with one location.
pub(super) fn create(line: &ShopCreate) -> Result<(), Trouble> {
    let shop = new_shop(line)?;
    let found = line.place.find()?;
    let db = open(&found.database)?;
    let id = open_shop(&db, &Settings::default(), &shop)?;
    db.close();
    say(&format!(
        "{} is open as {} (shop {}).",
        shop.name,
        shop.domain(),
        id.get()
    ));
    say("Next: `stockroom staff create`, `stockroom token create`, `stockroom import products`.");
    Ok(())
}

fn new_shop(line: &ShopCreate) -> Result<NewShop, Trouble> {
    let wrong = |why: &dyn std::fmt::Display| Trouble::Input(format!("{why}."));
    let currency = Currency::parse(&line.currency).map_err(|why| wrong(&why))?;
    let shipping = Money::parse(&line.shipping_price, currency).map_err(|why| wrong(&why))?;
    if shipping.minor < 0 {
        return Err(Trouble::Input(
            "The shipping price cannot be below zero.".to_owned(),
        ));
    }
    if jiff::tz::TimeZone::get(&line.time_zone).is_err() {
        return Err(Trouble::Input(format!(
            "'{}' is not a time zone such as Europe/Berlin or Etc/UTC.",
            line.time_zone
        )));
    }
    Ok(NewShop {
        handle: line.handle.clone(),
        name: line.name.clone(),
        email: line.email.clone(),
        currency,
        time_zone: line.time_zone.clone(),
        address1: String::new(),
        city: String::new(),
        zip: String::new(),
        country_code: line.country.to_ascii_uppercase(),
        test_shop: line.test,
        taxes_included: line.taxes_included,
        tax_title: line.tax_title.clone(),
        tax_rate_ppm: rate_ppm(&line.tax_percent)?,
        shipping_title: line.shipping_title.clone(),
        shipping_price_minor: shipping.minor,
        shipping_taxed: true,
    })
}

/// Millionths of a rate in percent: `8.25` is 82,500.
fn rate_ppm(percent: &str) -> Result<i64, Trouble> {
    let wrong = || {
        Trouble::Input(format!(
            "'{percent}' is not a tax rate in percent such as 19 or 8.25; it must be from 0 to 100."
        ))
    };
    let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
    if part.len() > 4 || whole.len() > 3 || (whole.is_empty() && part.is_empty()) {
        return Err(wrong());
    }
    let digits = format!("{whole}{part:0<4}");
    let ppm: i64 = match digits.bytes().all(|b| b.is_ascii_digit()) {
        true => digits.parse().map_err(|_| wrong())?,
        false => return Err(wrong()),
    };
    if ppm > 1_000_000 {
        Err(wrong())
    } else {
        Ok(ppm)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_in_percent_is_kept_in_millionths() {
        for (percent, ppm) in [
            ("19", 190_000),
            ("8.25", 82_500),
            ("0", 0),
            ("100", 1_000_000),
            (".5", 5_000),
        ] {
            assert_eq!(rate_ppm(percent).unwrap(), ppm, "{percent}");
        }
        for wrong in ["", ".", "-1", "101", "8,25", "1e2", "8.12345"] {
            assert!(rate_ppm(wrong).is_err(), "{wrong}");
        }
    }
}
