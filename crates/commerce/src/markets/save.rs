//! Making, changing and removing markets.

use std::collections::BTreeSet;

use store::{StoreError, Tx};
use units::{Country, HANDLE_CHARS_MAX, MarketId, MarketWebPresenceId, handleize, sort_key};

use super::error::MarketError;
use super::input::{CurrencyInput, MarketInput, RegionsInput};
use super::market::{Market, MarketRegion, MarketStatus, RegionLevel};
use super::{MARKETS_MAX, NAME_CHARS_MAX, presences, sql};
use crate::call::Call;
use crate::events::{self, NewEvent, Subject, Topic};
use crate::metafields::{self, Owner};
use crate::shops::{self, Shop};

/// Decimals of an exchange rate that are kept.
const RATE_DECIMALS: usize = 9;

/// Makes the primary market of a new shop.
///
/// # Errors
/// `Store` is safe to retry.
pub fn open(tx: &mut Tx, call: &Call) -> Result<MarketId, MarketError> {
    let shop = shops::current(tx)?;
    let country = Country::of(&shop.country_code);
    let name = country.map_or_else(|| "Domestic".to_owned(), |country| country.name.to_owned());
    let market = Market {
        id: call.new_id(),
        handle: handleize(&name),
        name,
        status: MarketStatus::Active,
        is_primary: true,
        region_level: Some(RegionLevel::Specified),
        regions_count: 1,
        currency: None,
        rate_billionths: None,
        rate_updated_at: None,
        rounding: false,
        created_at: call.now,
        updated_at: call.now,
    };
    sql::insert(tx, &market)?;
    sql::insert_regions(tx, &[region(call, market.id, &shop.country_code)])?;
    Ok(market.id)
}

/// Makes a market.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn create(tx: &mut Tx, call: &Call, input: &MarketInput) -> Result<MarketId, MarketError> {
    let shop = shops::current(tx)?;
    if sql::count(tx)? >= MARKETS_MAX {
        return Err(MarketError::TooMany);
    }
    let market = Market {
        id: call.new_id(),
        name: String::new(),
        handle: String::new(),
        status: MarketStatus::Draft,
        is_primary: false,
        region_level: None,
        regions_count: 0,
        currency: None,
        rate_billionths: None,
        rate_updated_at: None,
        rounding: false,
        created_at: call.now,
        updated_at: call.now,
    };
    let mut draft = Draft {
        market,
        regions: Vec::new(),
    };
    let changed = draft.apply(tx, call, &shop, input)?;
    if draft.market.name.is_empty() {
        return Err(MarketError::NameBlank);
    }
    sql::insert(tx, &draft.market)?;
    changed.write(tx, call, &draft.market)?;
    tell(tx, call, &[Topic::MarketsCreate], draft.market.id)?;
    Ok(draft.market.id)
}

/// Changes what the input gives of a market.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn update(
    tx: &mut Tx,
    call: &Call,
    id: MarketId,
    input: &MarketInput,
) -> Result<MarketId, MarketError> {
    let shop = shops::current(tx)?;
    let market = sql::lock(tx, id)?.ok_or(MarketError::NotFound)?;
    let regions = sql::regions(tx, &[id])?;
    let mut draft = Draft { market, regions };
    let changed = draft.apply(tx, call, &shop, input)?;
    sql::update(tx, &draft.market)?;
    changed.write(tx, call, &draft.market)?;
    tell(tx, call, &[Topic::MarketsUpdate], id)?;
    Ok(id)
}

/// Removes a market. Its catalog stays, without a market.
///
/// # Errors
/// A refusal writes nothing; `Store` is safe to retry.
pub fn delete(tx: &mut Tx, call: &Call, id: MarketId) -> Result<MarketId, MarketError> {
    let market = sql::lock(tx, id)?.ok_or(MarketError::NotFound)?;
    if market.is_primary {
        return Err(MarketError::PrimaryDeleted);
    }
    metafields::delete_all(tx, Owner::Market, &[id.get()])?;
    sql::delete(tx, id)?;
    sql::count_rules(tx)?;
    tell(tx, call, &[Topic::MarketsDelete], id)?;
    Ok(id)
}

fn tell(
    tx: &mut Tx,
    call: &Call,
    topics: &'static [Topic],
    id: MarketId,
) -> Result<(), StoreError> {
    events::record(tx, call, NewEvent::of(topics, Subject::Market, id))?;
    Ok(())
}

fn region(call: &Call, market_id: MarketId, country: &str) -> MarketRegion {
    MarketRegion {
        id: call.new_id(),
        country_code: country.to_owned(),
        market_id,
    }
}

/// A market as it is being changed.
struct Draft {
    market: Market,
    regions: Vec<MarketRegion>,
}

/// What is to be written beside the market's row.
#[derive(Default)]
struct Changed {
    added: Vec<MarketRegion>,
    removed: Vec<String>,
    drafts: Vec<MarketId>,
    catalogs: super::catalogs::Moved,
    found_in: Vec<MarketWebPresenceId>,
    found_no_more: Vec<MarketWebPresenceId>,
}

impl Changed {
    fn write(&self, tx: &mut Tx, call: &Call, market: &Market) -> Result<(), MarketError> {
        sql::delete_regions(tx, market.id, &self.removed)?;
        sql::insert_regions(tx, &self.added)?;
        sql::become_drafts(tx, &self.drafts, call.now)?;
        self.catalogs.write(tx, market.id)?;
        presences::place(tx, market.id, &self.found_in, &self.found_no_more)?;
        sql::count_rules(tx)?;
        Ok(())
    }
}

impl Draft {
    fn apply(
        &mut self,
        tx: &mut Tx,
        call: &Call,
        shop: &Shop,
        input: &MarketInput,
    ) -> Result<Changed, MarketError> {
        self.name(tx, input)?;
        self.status(input)?;
        let mut changed = Changed::default();
        self.remove(shop, &input.remove, &mut changed)?;
        self.add(call, &input.add, &mut changed)?;
        self.market.regions_count = i64::try_from(self.regions.len()).unwrap_or(i64::MAX);
        self.alone(tx, input, &mut changed)?;
        self.currency(tx, call, shop, input)?;
        changed.catalogs = super::catalogs::moved(
            tx,
            &self.market,
            shop,
            &input.catalogs_to_add,
            &input.catalogs_to_delete,
        )?;
        if !presences::are_known(tx, &input.web_presences_to_add)? {
            return Err(MarketError::WebPresenceNotFound);
        }
        changed.found_in.clone_from(&input.web_presences_to_add);
        changed
            .found_no_more
            .clone_from(&input.web_presences_to_delete);
        self.market.updated_at = call.now;
        Ok(changed)
    }

    fn name(&mut self, tx: &mut Tx, input: &MarketInput) -> Result<(), MarketError> {
        if let Some(name) = &input.name {
            let name = name.trim().replace('\0', "");
            if name.is_empty() {
                return Err(MarketError::NameBlank);
            }
            if name.chars().count() > NAME_CHARS_MAX {
                return Err(MarketError::NameTooLong);
            }
            let other = sql::by_name(tx, &sort_key(&name))?;
            if other.is_some_and(|other| other != self.market.id) {
                return Err(MarketError::NameTaken);
            }
            self.market.name = name;
        }
        if let Some(handle) = &input.handle {
            let tidy = handleize(handle);
            if tidy.is_empty() || tidy.chars().count() > HANDLE_CHARS_MAX {
                return Err(MarketError::HandleInvalid);
            }
            let other = sql::by_handle(tx, &tidy)?;
            if other.is_some_and(|other| other != self.market.id) {
                return Err(MarketError::HandleTaken);
            }
            self.market.handle = tidy;
        } else if self.market.handle.is_empty() {
            self.market.handle = free_handle(tx, &self.market.name)?;
        }
        Ok(())
    }

    fn status(&mut self, input: &MarketInput) -> Result<(), MarketError> {
        let older = input.enabled.map(|enabled| match enabled {
            true => MarketStatus::Active,
            false => MarketStatus::Draft,
        });
        let wanted = match (input.status, older) {
            (Some(status), Some(older)) if status != older => {
                return Err(MarketError::StatusContradicts);
            }
            (status, older) => status.or(older),
        };
        let Some(wanted) = wanted else {
            return Ok(());
        };
        if self.market.is_primary && wanted != MarketStatus::Active {
            return Err(MarketError::PrimaryDisabled);
        }
        self.market.status = wanted;
        Ok(())
    }

    fn remove(
        &mut self,
        shop: &Shop,
        input: &RegionsInput,
        changed: &mut Changed,
    ) -> Result<(), MarketError> {
        let mut gone: BTreeSet<String> = input.countries.iter().cloned().collect();
        for id in &input.ids {
            let found = self.regions.iter().find(|region| region.id == *id);
            gone.insert(
                found
                    .ok_or(MarketError::RegionNotFound)?
                    .country_code
                    .clone(),
            );
        }
        let has = |code: &String| self.regions.iter().any(|own| own.country_code == *code);
        if !gone.iter().all(has) {
            return Err(MarketError::RegionNotFound);
        }
        if self.market.is_primary && (gone.contains(&shop.country_code) || input.level.is_some()) {
            return Err(MarketError::PrimaryRegion);
        }
        self.regions
            .retain(|region| !gone.contains(&region.country_code));
        if input.level.is_some() && input.level == self.market.region_level {
            self.market.region_level = None;
        }
        changed.removed = gone.into_iter().collect();
        Ok(())
    }

    fn add(
        &mut self,
        call: &Call,
        input: &RegionsInput,
        changed: &mut Changed,
    ) -> Result<(), MarketError> {
        if !input.ids.is_empty() {
            return Err(MarketError::RegionNotFound);
        }
        for code in &input.countries {
            if self.regions.iter().any(|own| own.country_code == *code) {
                continue;
            }
            let region = region(call, self.market.id, code);
            // What is taken out and put in again stays as it is.
            if changed.removed.contains(code) {
                changed.removed.retain(|gone| gone != code);
            } else {
                changed.added.push(region.clone());
            }
            self.regions.push(region);
        }
        if input.level == Some(RegionLevel::All) {
            self.market.region_level = Some(RegionLevel::All);
        } else if !input.countries.is_empty() {
            self.market.region_level = Some(RegionLevel::Specified);
        } else if input.level == Some(RegionLevel::Specified) {
            return Err(MarketError::RegionsEmpty);
        }
        let specified = self.market.region_level == Some(RegionLevel::Specified);
        if specified && self.regions.is_empty() {
            return Err(MarketError::OnlyRegion);
        }
        Ok(())
    }

    /// No two markets that sell have the very same regions, or it would not be clear which counts.
    fn alone(
        &self,
        tx: &mut Tx,
        input: &MarketInput,
        changed: &mut Changed,
    ) -> Result<(), MarketError> {
        let Some(level) = self.market.region_level else {
            return Ok(());
        };
        if self.market.status != MarketStatus::Active {
            return Ok(());
        }
        let wanted: BTreeSet<&str> = self
            .regions
            .iter()
            .map(|region| region.country_code.as_str())
            .collect();
        let all = sql::all(tx)?;
        let rivals = all.iter().filter(|other| {
            other.id != self.market.id
                && other.status == MarketStatus::Active
                && other.region_level == Some(level)
                && other.regions_count == self.market.regions_count
        });
        for rival in rivals {
            let regions = sql::regions(tx, &[rival.id])?;
            let same = regions
                .iter()
                .all(|region| wanted.contains(region.country_code.as_str()));
            if !same {
                continue;
            }
            if rival.is_primary || !input.others_become_drafts {
                return Err(MarketError::RegionsTaken(rival.name.clone()));
            }
            changed.drafts.push(rival.id);
        }
        Ok(())
    }

    fn currency(
        &mut self,
        tx: &mut Tx,
        call: &Call,
        shop: &Shop,
        input: &MarketInput,
    ) -> Result<(), MarketError> {
        if input.remove_currency {
            self.market.currency = None;
            self.market.rate_billionths = None;
            self.market.rate_updated_at = None;
            self.market.rounding = false;
        }
        let given = &input.currency;
        if given.is_empty() {
            return Ok(());
        }
        self.put_currency(tx, call, shop, given)
    }

    fn put_currency(
        &mut self,
        tx: &mut Tx,
        call: &Call,
        shop: &Shop,
        given: &CurrencyInput,
    ) -> Result<(), MarketError> {
        if given.local == Some(true) {
            return Err(MarketError::LocalCurrencies);
        }
        let market = &mut self.market;
        if let Some(rounding) = given.rounding {
            market.rounding = rounding;
        }
        let before = market.currency_in(shop.currency);
        let wanted = given.base.unwrap_or(before);
        if market.is_primary && wanted != shop.currency {
            return Err(MarketError::PrimaryCurrency);
        }
        if wanted == shop.currency {
            market.currency = given.base.or(market.currency);
            market.rate_billionths = None;
            market.rate_updated_at = None;
            return Ok(());
        }
        let rate = match &given.rate {
            Some(text) => Some(rate_of(text).ok_or(MarketError::RateInvalid)?),
            None if wanted == before => market.rate_billionths,
            // The merchant said it for another market.
            None => sql::rate_of(tx, wanted)?,
        };
        let rate = rate.ok_or(MarketError::RateMissing(wanted))?;
        if market.rate_billionths != Some(rate) || wanted != before {
            market.rate_updated_at = Some(call.now);
        }
        market.currency = Some(wanted);
        market.rate_billionths = Some(rate);
        Ok(())
    }
}

fn free_handle(tx: &mut Tx, name: &str) -> Result<String, MarketError> {
    let base = match handleize(name) {
        handle if handle.is_empty() => "market".to_owned(),
        handle => handle,
    };
    let taken: BTreeSet<String> = sql::all(tx)?
        .into_iter()
        .map(|market| market.handle)
        .collect();
    let numbered = (1..=taken.len() + 1).map(|number| format!("{base}-{number}"));
    let mut all = std::iter::once(base.clone()).chain(numbered);
    let free = all.find(|handle| !taken.contains(handle));
    Ok(free.expect("one number more than there are handles is free"))
}

/// An exchange rate in billionths, of a decimal such as `1.085`: above zero, a million at most.
fn rate_of(text: &str) -> Option<i64> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || whole.len() > 7 || whole.len() + fraction.len() == 0 {
        return None;
    }
    let kept: String = fraction
        .chars()
        .chain(std::iter::repeat('0'))
        .take(RATE_DECIMALS)
        .collect();
    let billionths: i64 = format!("{whole}{kept}").parse().ok()?;
    (1..=pricing::RATE_MAX)
        .contains(&billionths)
        .then_some(billionths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_decimal_above_zero() {
        assert_eq!(rate_of("1.085"), Some(1_085_000_000));
        assert_eq!(rate_of("162"), Some(162_000_000_000));
        assert_eq!(rate_of(".5"), Some(500_000_000));
        assert_eq!(rate_of("0.0000000014"), Some(1));
        for wrong in ["", ".", "0", "-1", "1e3", "1,5", "1000001", "99999999"] {
            assert_eq!(rate_of(wrong), None, "{wrong}");
        }
    }
}
