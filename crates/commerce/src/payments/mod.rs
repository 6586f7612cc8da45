//! Payments: gateways and what they answer.
//!
//! An immediate gateway decides from the request alone, so it is asked inside the transaction
//! that places the order. A gateway that has to ask a network does not fit behind
//! [`ImmediateGateway`]: it will be a step of its own between two transactions.

mod bogus;
mod manual;

use crate::shops::Shop;
use units::Money;

/// A way to pay that decides at once.
pub trait ImmediateGateway: Sync {
    /// What transactions and forms call it.
    fn name(&self) -> &'static str;

    /// What buyers read.
    fn title(&self) -> &'static str;

    /// Whether it is offered in a shop.
    fn is_offered(&self, shop: &Shop) -> bool;

    /// Asks for money.
    ///
    /// # Errors
    /// A refusal: the request is not one that the gateway takes, so there is no attempt.
    fn charge(&self, shop: &Shop, charge: &Charge<'_>) -> Result<Answer, PaymentRefusal>;
}

/// Money that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Charge<'a> {
    /// How much.
    pub amount: Money,
    /// What the buyer typed as a number, if the gateway wants one.
    pub number: Option<&'a str>,
}

/// What a gateway answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The money is taken.
    Approved,
    /// The buyer will pay later, outside.
    Pending,
    /// The buyer's bank said no.
    Declined,
    /// The attempt broke off.
    Failed,
}

/// Why a gateway was not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaymentRefusal {
    /// No such gateway.
    #[error("'{0}' is not a way to pay in this shop.")]
    GatewayUnknown(String),
    /// The test gateway in a shop that is no test shop.
    #[error("Test payments are accepted in test shops only.")]
    NotATestShop,
    /// A number is wanted.
    #[error("Enter a card number.")]
    NumberMissing,
    /// Anything that could be a real card's number.
    #[error(
        "Real card numbers are never accepted here. Test numbers are 1 (approved), 2 (declined) and 3 (failure)."
    )]
    NumberNotAccepted,
}

static GATEWAYS: [&dyn ImmediateGateway; 2] = [&bogus::Bogus, &manual::Manual];

/// The gateway of a name.
///
/// # Errors
/// When there is none.
pub fn gateway(name: &str) -> Result<&'static dyn ImmediateGateway, PaymentRefusal> {
    let found = GATEWAYS.iter().find(|gateway| gateway.name() == name);
    found
        .copied()
        .ok_or_else(|| PaymentRefusal::GatewayUnknown(name.to_owned()))
}

/// The gateways that a shop offers, the first one preferred.
#[must_use]
pub fn offered(shop: &Shop) -> Vec<&'static dyn ImmediateGateway> {
    GATEWAYS
        .iter()
        .copied()
        .filter(|gateway| gateway.is_offered(shop))
        .collect()
}
