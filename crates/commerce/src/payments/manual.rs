//! The manual way: the buyer pays later, outside, and the merchant marks the order as paid.

use super::{Answer, Charge, ImmediateGateway, PaymentRefusal};
use crate::shops::Shop;

pub(super) struct Manual;

impl ImmediateGateway for Manual {
    fn name(&self) -> &'static str {
        "manual"
    }

    fn title(&self) -> &'static str {
        "Pay on invoice"
    }

    fn is_offered(&self, _: &Shop) -> bool {
        true
    }

    fn charge(&self, _: &Shop, _: &Charge<'_>) -> Result<Answer, PaymentRefusal> {
        Ok(Answer::Pending)
    }
}
