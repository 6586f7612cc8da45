//! What cart mutations take.

use commerce::Address;
use commerce::attributes::Attribute;
use commerce::carts::{AddressUpdate, Buyer, Edit, LineUpdate, NewAddress, NewLine};
use commerce::customers::Customer;
use graphql::Maybe;
use serde::Deserialize;
use units::{ProductVariantId, SellingPlanId};

#[derive(Debug, Clone, Deserialize)]
pub(super) struct AttributeInput {
    key: String,
    value: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct CartInput {
    attributes: Option<Vec<AttributeInput>>,
    buyer_identity: Option<BuyerIdentityInput>,
    delivery: Option<DeliveryInput>,
    discount_codes: Option<Vec<String>>,
    gift_card_codes: Option<Vec<String>>,
    lines: Option<Vec<LineInput>>,
    note: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineInput {
    attributes: Option<Vec<AttributeInput>>,
    merchandise_id: ProductVariantId,
    quantity: Option<i64>,
    selling_plan_id: Option<SellingPlanId>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineUpdateInput {
    attributes: Option<Vec<AttributeInput>>,
    id: Option<String>,
    merchandise_id: Option<ProductVariantId>,
    quantity: Option<i64>,
    #[serde(default)]
    selling_plan_id: Maybe<SellingPlanId>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct BuyerIdentityInput {
    country_code: Option<String>,
    customer_access_token: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct DeliveryInput {
    addresses: Option<Vec<SelectableAddressInput>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SelectableAddressInput {
    address: AddressInput,
    one_time_use: Option<bool>,
    selected: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AddressUpdateInput {
    address: Option<AddressInput>,
    id: String,
    one_time_use: Option<bool>,
    selected: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AddressInput {
    delivery_address: Option<DeliveryAddressInput>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeliveryAddressInput {
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    company: Option<String>,
    country_code: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    phone: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SelectedOptionInput {
    delivery_group_id: String,
    delivery_option_handle: String,
}

impl CartInput {
    /// What proves who the buyer is.
    pub(super) fn token(&self) -> Option<&str> {
        self.buyer_identity.as_ref()?.token()
    }

    /// The edits that make an empty cart what was asked for; `customer` is who signed in, and the
    /// buyer is in the `country` of the request's context unless the input says otherwise.
    pub(super) fn into_edits(
        mut self,
        customer: Option<&Customer>,
        country: Option<String>,
    ) -> Vec<Edit> {
        if let Some(country) = country {
            let identity = self.buyer_identity.get_or_insert_default();
            identity.country_code.get_or_insert(country);
        }
        let mut edits = Vec::new();
        edits.extend(self.lines.map(add_lines));
        edits.extend(self.buyer_identity.map(|given| given.into_edit(customer)));
        edits.extend(
            self.attributes
                .map(|given| Edit::Attributes(attributes(given))),
        );
        edits.extend(self.note.map(Edit::Note));
        edits.extend(self.discount_codes.map(Edit::DiscountCodes));
        edits.extend(self.gift_card_codes.map(Edit::GiftCardCodes));
        let addresses = self.delivery.and_then(|delivery| delivery.addresses);
        edits.extend(addresses.map(|given| Edit::AddAddresses(new_addresses(given))));
        edits
    }
}

pub(super) fn attributes(given: Vec<AttributeInput>) -> Vec<Attribute> {
    given
        .into_iter()
        .map(|it| Attribute::new(it.key, it.value))
        .collect()
}

pub(super) fn add_lines(given: Vec<LineInput>) -> Edit {
    let line = |it: LineInput| NewLine {
        merchandise: it.merchandise_id,
        quantity: it.quantity.unwrap_or(1),
        attributes: it.attributes.map(attributes).unwrap_or_default(),
        selling_plan: it.selling_plan_id,
    };
    Edit::AddLines(given.into_iter().map(line).collect())
}

pub(super) fn update_lines(given: Vec<LineUpdateInput>) -> Edit {
    let line = |it: LineUpdateInput| LineUpdate {
        id: it.id.unwrap_or_default(),
        merchandise: it.merchandise_id,
        quantity: it.quantity,
        attributes: it.attributes.map(attributes),
        selling_plan: it.selling_plan_id.given(),
    };
    Edit::UpdateLines(given.into_iter().map(line).collect())
}

impl BuyerIdentityInput {
    /// What proves who the buyer is.
    pub(super) fn token(&self) -> Option<&str> {
        self.customer_access_token
            .as_deref()
            .filter(|token| !token.is_empty())
    }

    /// The change; a signed-in customer is written to where the input does not say otherwise.
    pub(super) fn into_edit(self, customer: Option<&Customer>) -> Edit {
        let own = |of: fn(&Customer) -> &Option<String>| customer.and_then(|it| of(it).clone());
        Edit::Buyer(Buyer {
            email: self.email.or_else(|| own(|it| &it.email)),
            phone: self.phone.or_else(|| own(|it| &it.phone)),
            country_code: self.country_code,
            customer: customer.map(|it| it.id.get()),
        })
    }
}

pub(super) fn new_addresses(given: Vec<SelectableAddressInput>) -> Vec<NewAddress> {
    let address = |it: SelectableAddressInput| NewAddress {
        address: it.address.into_address(),
        selected: it.selected.unwrap_or(false),
        one_time_use: it.one_time_use.unwrap_or(false),
    };
    given.into_iter().map(address).collect()
}

pub(super) fn update_addresses(given: Vec<AddressUpdateInput>) -> Edit {
    let update = |it: AddressUpdateInput| AddressUpdate {
        id: it.id,
        address: it.address.map(AddressInput::into_address),
        selected: it.selected,
        one_time_use: it.one_time_use,
    };
    Edit::UpdateAddresses(given.into_iter().map(update).collect())
}

pub(super) fn select_delivery(given: Vec<SelectedOptionInput>) -> Edit {
    let choice = |it: SelectedOptionInput| (it.delivery_group_id, it.delivery_option_handle);
    Edit::SelectDelivery(given.into_iter().map(choice).collect())
}

impl AddressInput {
    fn into_address(self) -> Address {
        let Some(given) = self.delivery_address else {
            return Address::default();
        };
        Address {
            first_name: given.first_name,
            last_name: given.last_name,
            company: given.company,
            address1: given.address1,
            address2: given.address2,
            city: given.city,
            province_code: given.province_code,
            zip: given.zip,
            country_code: given.country_code,
            phone: given.phone,
            ..Address::default()
        }
    }
}
