//! Money, quantities, ids, handles and time: the values of the trade, without I/O.

mod country;
mod currency;
mod currency_names;
mod gid;
mod handle;
mod ids;
mod language;
mod money;
mod shown;
mod time;
mod weight;
mod words;

pub use country::{Country, Province};
pub use currency::{Currency, UnknownCurrency};
pub use gid::{Gid, GidError};
pub use handle::{HANDLE_CHARS_MAX, handleize};
pub use ids::*;
pub use language::Language;
pub use money::{MinorBag, Money, MoneyBag, MoneyError, divide_half_up, part_of};
pub use time::{Timestamp, TimestampError};
pub use weight::{UnknownWeightUnit, WeightUnit};
pub use words::{fold, sort_key, words};
