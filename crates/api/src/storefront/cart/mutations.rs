//! What buyers do with carts. Every mutation is one request to `carts`, told by its edits.

use commerce::carts::{CartError, CartRef, CartWarning, Edit, Place, Target, Write};
use commerce::staff::Guesses;
use graphql::{Error, MutationCx, NoArgs};
use serde::Deserialize;

use super::inputs::{
    self, AddressUpdateInput, AttributeInput, BuyerIdentityInput, CartInput, LineInput,
    LineUpdateInput, SelectableAddressInput, SelectedOptionInput,
};
use super::{CartNode, load};
use crate::cx::Request;
use crate::errors::{UserError, fault, user_error_with_code};
use crate::storefront::customers::{self, Customer};
use crate::{Cx, Registry};

/// What a mutation of a cart answers; the cart is read anew after the commit.
struct CartPayload {
    cart: Option<CartRef>,
    user_errors: Vec<UserError>,
    warnings: Vec<CartWarning>,
}

#[derive(Debug, Deserialize)]
struct CreateArgs {
    input: Option<CartInput>,
}

/// Arguments of a mutation of a known cart: its id, and what changes.
macro_rules! arguments {
    ($($name:ident { $field:ident: $input:ty })*) => {$(
        #[derive(Debug, Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct $name {
            cart_id: String,
            $field: $input,
        }
    )*};
}

arguments! {
    AddLinesArgs { lines: Vec<LineInput> }
    UpdateLinesArgs { lines: Vec<LineUpdateInput> }
    RemoveLinesArgs { line_ids: Option<Vec<String>> }
    NoteArgs { note: String }
    AttributesArgs { attributes: Vec<AttributeInput> }
    BuyerArgs { buyer_identity: BuyerIdentityInput }
    AddressesArgs { addresses: Vec<SelectableAddressInput> }
    UpdateAddressesArgs { addresses: Vec<AddressUpdateInput> }
    RemoveAddressesArgs { address_ids: Vec<String> }
    DiscountCodesArgs { discount_codes: Vec<String> }
    GiftCardCodesArgs { gift_card_codes: Vec<String> }
    RemoveGiftCardsArgs { applied_gift_card_ids: Vec<String> }
    DeliveryArgs { selected_delivery_options: Vec<SelectedOptionInput> }
}

pub(super) fn register(r: &mut Registry) {
    payloads(r);
    r.mutation("cartCreate", create);
    r.mutation(
        "cartLinesAdd",
        |cx: MutationCx<Request>, args: AddLinesArgs| {
            change(cx, args.cart_id, inputs::add_lines(args.lines))
        },
    );
    r.mutation(
        "cartLinesUpdate",
        |cx: MutationCx<Request>, args: UpdateLinesArgs| {
            change(cx, args.cart_id, inputs::update_lines(args.lines))
        },
    );
    r.mutation(
        "cartLinesRemove",
        |cx: MutationCx<Request>, args: RemoveLinesArgs| {
            change(
                cx,
                args.cart_id,
                Edit::RemoveLines(args.line_ids.unwrap_or_default()),
            )
        },
    );
    r.mutation(
        "cartNoteUpdate",
        |cx: MutationCx<Request>, args: NoteArgs| change(cx, args.cart_id, Edit::Note(args.note)),
    );
    r.mutation(
        "cartAttributesUpdate",
        |cx: MutationCx<Request>, args: AttributesArgs| {
            change(
                cx,
                args.cart_id,
                Edit::Attributes(inputs::attributes(args.attributes)),
            )
        },
    );
    r.mutation("cartBuyerIdentityUpdate", identify);
    delivery(r);
    codes(r);
}

fn delivery(r: &mut Registry) {
    r.mutation(
        "cartDeliveryAddressesAdd",
        |cx: MutationCx<Request>, args: AddressesArgs| {
            change(
                cx,
                args.cart_id,
                Edit::AddAddresses(inputs::new_addresses(args.addresses)),
            )
        },
    );
    r.mutation(
        "cartDeliveryAddressesReplace",
        |cx: MutationCx<Request>, args: AddressesArgs| {
            change(
                cx,
                args.cart_id,
                Edit::ReplaceAddresses(inputs::new_addresses(args.addresses)),
            )
        },
    );
    r.mutation(
        "cartDeliveryAddressesUpdate",
        |cx: MutationCx<Request>, args: UpdateAddressesArgs| {
            change(cx, args.cart_id, inputs::update_addresses(args.addresses))
        },
    );
    r.mutation(
        "cartDeliveryAddressesRemove",
        |cx: MutationCx<Request>, args: RemoveAddressesArgs| {
            change(cx, args.cart_id, Edit::RemoveAddresses(args.address_ids))
        },
    );
    r.mutation(
        "cartSelectedDeliveryOptionsUpdate",
        |cx: MutationCx<Request>, args: DeliveryArgs| {
            change(
                cx,
                args.cart_id,
                inputs::select_delivery(args.selected_delivery_options),
            )
        },
    );
}

fn codes(r: &mut Registry) {
    r.mutation(
        "cartDiscountCodesUpdate",
        |cx: MutationCx<Request>, args: DiscountCodesArgs| {
            change(cx, args.cart_id, Edit::DiscountCodes(args.discount_codes))
        },
    );
    r.mutation(
        "cartGiftCardCodesUpdate",
        |cx: MutationCx<Request>, args: GiftCardCodesArgs| {
            change(cx, args.cart_id, Edit::GiftCardCodes(args.gift_card_codes))
        },
    );
    r.mutation(
        "cartGiftCardCodesAdd",
        |cx: MutationCx<Request>, args: GiftCardCodesArgs| {
            change(
                cx,
                args.cart_id,
                Edit::AddGiftCardCodes(args.gift_card_codes),
            )
        },
    );
    r.mutation(
        "cartGiftCardCodesRemove",
        |cx: MutationCx<Request>, args: RemoveGiftCardsArgs| {
            change(
                cx,
                args.cart_id,
                Edit::RemoveGiftCards(args.applied_gift_card_ids),
            )
        },
    );
}

fn payloads(r: &mut Registry) {
    for name in [
        "CartCreatePayload",
        "CartLinesAddPayload",
        "CartLinesUpdatePayload",
        "CartLinesRemovePayload",
        "CartNoteUpdatePayload",
        "CartAttributesUpdatePayload",
        "CartBuyerIdentityUpdatePayload",
        "CartDeliveryAddressesAddPayload",
        "CartDeliveryAddressesReplacePayload",
        "CartDeliveryAddressesUpdatePayload",
        "CartDeliveryAddressesRemovePayload",
        "CartSelectedDeliveryOptionsUpdatePayload",
        "CartDiscountCodesUpdatePayload",
        "CartGiftCardCodesUpdatePayload",
        "CartGiftCardCodesAddPayload",
        "CartGiftCardCodesRemovePayload",
    ] {
        r.object::<CartPayload>(name)
            .load("cart", cart)
            .child("userErrors", |payload| payload.user_errors.clone())
            .child("warnings", |payload| payload.warnings.clone());
    }
    user_error_with_code(r, "CartUserError");
    r.object::<CartWarning>("CartWarning")
        .text("code", |warning| warning.code.as_str())
        .text("message", |warning| &warning.message)
        .text("target", |warning| &warning.target);
}

fn cart(
    payloads: &[&CartPayload],
    _: &NoArgs,
    cx: &mut Cx,
) -> Vec<Result<Option<CartNode>, Error>> {
    let found = |payload: &&CartPayload| match &payload.cart {
        Some(id) => load(&id.to_string(), cx),
        None => Ok(None),
    };
    payloads.iter().map(found).collect()
}

async fn create(cx: MutationCx<Request>, args: CreateArgs) -> Result<CartPayload, Error> {
    let input = args.input.unwrap_or_default();
    match signed_in(&cx.request, input.token()).await? {
        Ok(customer) => {
            let country = cx.request.market().country.clone();
            let edits = input.into_edits(customer.as_ref(), country);
            write(cx, Target::New, edits, CREATE).await
        }
        Err(refusal) => Ok(refused(&refusal, CREATE)),
    }
}

/// Says who the buyer is.
async fn identify(cx: MutationCx<Request>, args: BuyerArgs) -> Result<CartPayload, Error> {
    match signed_in(&cx.request, args.buyer_identity.token()).await? {
        Ok(customer) => {
            let edit = args.buyer_identity.into_edit(customer.as_ref());
            change(cx, args.cart_id, edit).await
        }
        Err(refusal) => Ok(refused(&refusal, CHANGE)),
    }
}

/// The customer who presents a token, if one is presented.
async fn signed_in(
    request: &Request,
    token: Option<&str>,
) -> Result<Result<Option<Customer>, CartError>, Error> {
    let Some(token) = token else {
        return Ok(Ok(None));
    };
    let customer = customers::signed_in(request, token).await?;
    Ok(customer.map(Some).ok_or(CartError::CustomerUnknown))
}

/// Changes the cart that a global id names.
async fn change(
    cx: MutationCx<Request>,
    cart_id: String,
    edit: Edit,
) -> Result<CartPayload, Error> {
    match CartRef::parse(&cart_id) {
        Some(id) => write(cx, Target::Existing(id), vec![edit], CHANGE).await,
        None => Ok(refused(&CartError::CartUnknown, CHANGE)),
    }
}

async fn write(
    cx: MutationCx<Request>,
    target: Target,
    edits: Vec<Edit>,
    at: Fields,
) -> Result<CartPayload, Error> {
    let call = cx.request.buyer();
    let redeems = edits.iter().any(|edit| {
        matches!(edit, Edit::GiftCardCodes(codes) | Edit::AddGiftCardCodes(codes) if !codes.is_empty())
    });
    let guesses = if redeems { guesses(&cx.request)? } else { None };
    let written = cx
        .request
        .submit(Write {
            call,
            target,
            edits,
        })
        .await;
    if let (Some(key), Err(CartError::GiftCardInvalid { .. } | CartError::GiftCardUnknown(_))) =
        (&guesses, &written)
    {
        cx.request.limiter().failed(key, cx.request.now());
    }
    match written {
        Ok(written) => Ok(CartPayload {
            cart: Some(written.cart),
            user_errors: Vec::new(),
            warnings: written.warnings,
        }),
        Err(CartError::Store(cause)) => Err(fault(cause)),
        Err(refusal) => Ok(refused(&refusal, at)),
    }
}

/// What a caller's wrong codes of gift cards are counted under; none when there is no telling who
/// calls.
fn guesses(request: &Request) -> Result<Option<Guesses>, Error> {
    let Some(caller) = request.caller() else {
        return Ok(None);
    };
    let key = Guesses::By(format!("codes/{}/from {caller}", request.shop().get()));
    match request.limiter().check(&key, request.now()) {
        Ok(()) => Ok(Some(key)),
        Err(barred) => {
            let seconds = barred.retry_after_seconds;
            let why = format!("Too many wrong codes. Try again in {seconds} seconds.");
            Err(Error::new(why).code("THROTTLED"))
        }
    }
}

/// Where the parts of a request stand in a mutation's arguments.
#[derive(Clone, Copy)]
struct Fields {
    under_input: bool,
}

const CREATE: Fields = Fields { under_input: true };
const CHANGE: Fields = Fields { under_input: false };

fn refused(refusal: &CartError, at: Fields) -> CartPayload {
    let field = refusal
        .place()
        .map(|place| path(&place, at))
        .unwrap_or_default();
    let field: Vec<&str> = field.iter().map(String::as_str).collect();
    CartPayload {
        cart: None,
        user_errors: vec![UserError::new(&field, code(refusal), refusal)],
        warnings: Vec::new(),
    }
}

fn path(place: &Place, at: Fields) -> Vec<String> {
    let own = |parts: &[&str]| {
        parts
            .iter()
            .map(|part| (*part).to_owned())
            .collect::<Vec<_>>()
    };
    let mut path = match place {
        Place::Cart => return own(&["cartId"]),
        Place::Line(index, part) => own(&["lines", &index.to_string(), part]),
        Place::Lines => own(&["lines"]),
        Place::LineId(index) => own(&["lineIds", &index.to_string()]),
        Place::Note => own(&["note"]),
        Place::Attributes => own(&["attributes"]),
        Place::Buyer(part) => own(&["buyerIdentity", part]),
        Place::Address(index, part) => own(&["addresses", &index.to_string(), part]),
        Place::Addresses => own(&["addresses"]),
        Place::AddressId(index) => own(&["addressIds", &index.to_string()]),
        Place::DeliveryOption(index, part) => {
            own(&["selectedDeliveryOptions", &index.to_string(), part])
        }
        Place::DiscountCodes => own(&["discountCodes"]),
        Place::GiftCardCodes => own(&["giftCardCodes"]),
        Place::GiftCardIds => own(&["appliedGiftCardIds"]),
    };
    if at.under_input {
        if matches!(place, Place::Address(..) | Place::Addresses) {
            path.insert(0, "delivery".to_owned());
        }
        path.insert(0, "input".to_owned());
    }
    path
}

/// The member of `CartErrorCode` for a refusal.
fn code(refusal: &CartError) -> Option<&'static str> {
    Some(match refusal {
        CartError::CartUnknown
        | CartError::MerchandiseUnknown { .. }
        | CartError::TooManyAttributes { .. }
        | CartError::TextTooLong { .. }
        | CartError::KeyMissing { .. }
        | CartError::EmailInvalid
        | CartError::PhoneInvalid
        | CartError::CustomerUnknown
        | CartError::TooManyDiscountCodes
        | CartError::GiftCardInvalid { .. }
        | CartError::GiftCardUnknown(_)
        | CartError::TooManyGiftCards => "INVALID",
        CartError::CountryUnknown { .. } | CartError::CountryMissing { .. } => {
            "ADDRESS_FIELD_IS_REQUIRED"
        }
        CartError::LineUnknown { .. } => "INVALID_MERCHANDISE_LINE",
        CartError::PlanNotApplicable { .. } => "SELLING_PLAN_NOT_APPLICABLE",
        CartError::PlanRequired { .. } => "VARIANT_REQUIRES_SELLING_PLAN",
        CartError::QuantityNegative { .. } => "LESS_THAN",
        CartError::QuantityTooHigh { .. } => "MAXIMUM_EXCEEDED",
        CartError::TooManyLines | CartError::TooManyParts => "CART_TOO_LARGE",
        CartError::NoteTooLong => "NOTE_TOO_LONG",
        CartError::AddressUnknown { .. } => "INVALID_DELIVERY_ADDRESS_ID",
        CartError::TooManyAddresses => "TOO_MANY_DELIVERY_ADDRESSES",
        CartError::SeveralSelected => "ONLY_ONE_DELIVERY_ADDRESS_CAN_BE_SELECTED",
        CartError::DeliveryGroupUnknown { .. } => "INVALID_DELIVERY_GROUP",
        CartError::DeliveryOptionUnknown { .. } => "INVALID_DELIVERY_OPTION",
        CartError::Store(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_argument_that_it_is_about() {
        let place = Place::Line(2, "quantity");
        assert_eq!(path(&place, CHANGE), ["lines", "2", "quantity"]);
        assert_eq!(path(&place, CREATE), ["input", "lines", "2", "quantity"]);
        let place = Place::Address(0, "countryCode");
        assert_eq!(
            path(&place, CREATE),
            ["input", "delivery", "addresses", "0", "countryCode"]
        );
        assert_eq!(path(&Place::Cart, CHANGE), ["cartId"]);
    }
}
