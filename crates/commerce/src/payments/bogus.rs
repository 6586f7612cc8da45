//! The test gateway: the number says how the payment goes.

use super::{Answer, Charge, ImmediateGateway, PaymentRefusal};
use crate::shops::Shop;

pub(super) struct Bogus;

impl ImmediateGateway for Bogus {
    fn name(&self) -> &'static str {
        "bogus"
    }

    fn title(&self) -> &'static str {
        "Test card"
    }

    fn is_offered(&self, shop: &Shop) -> bool {
        shop.test_shop
    }

    fn charge(&self, shop: &Shop, charge: &Charge<'_>) -> Result<Answer, PaymentRefusal> {
        answer(shop.test_shop, charge.number)
    }
}

fn answer(test_shop: bool, number: Option<&str>) -> Result<Answer, PaymentRefusal> {
    if !test_shop {
        return Err(PaymentRefusal::NotATestShop);
    }
    match number.map(str::trim) {
        None | Some("") => Err(PaymentRefusal::NumberMissing),
        Some("1") => Ok(Answer::Approved),
        Some("2") => Ok(Answer::Declined),
        Some("3") => Ok(Answer::Failed),
        Some(_) => Err(PaymentRefusal::NumberNotAccepted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_says_how_the_payment_goes() {
        assert_eq!(answer(true, Some("1")), Ok(Answer::Approved));
        assert_eq!(answer(true, Some(" 2 ")), Ok(Answer::Declined));
        assert_eq!(answer(true, Some("3")), Ok(Answer::Failed));
    }

    #[test]
    fn a_real_card_is_never_accepted() {
        let refused = Err(PaymentRefusal::NumberNotAccepted);
        assert_eq!(answer(true, Some("4242424242424242")), refused);
        assert_eq!(answer(true, Some("4")), refused);
        assert_eq!(answer(true, None), Err(PaymentRefusal::NumberMissing));
        assert_eq!(answer(false, Some("1")), Err(PaymentRefusal::NotATestShop));
    }
}
