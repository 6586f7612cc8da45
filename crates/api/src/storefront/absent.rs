//! What a shop does not have yet: types that fields may name and that no value is ever of.
//!
//! A storefront's query names bundles and films even where the shop has
//! none. Such a field answers with nothing, truly; the types below let its selections validate.
//! Each is an empty enum, so that a resolver for it cannot be anything but unreachable.

use std::rc::Rc;

use commerce::attributes::Attribute;
use graphql::{Error, Obj};

use crate::{Cx, Registry};

/// Declares an empty type for each GraphQL type, and the fields that it would have:
/// plain leaves, then objects.
macro_rules! absent {
    ($register:ident: $(
        $(#[$doc:meta])*
        $name:ident $gql:literal
            [$($leaf:literal: $leaf_type:ty),*]
            [$($child:literal: $child_type:ty),*]
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub(super) enum $name {}
        )*

        fn $register(r: &mut Registry) {
            $(
                r.object::<$name>($gql)
                    $(.leaf($leaf, |it: &$name| -> $leaf_type { match *it {} }))*
                    $(.child($child, |it: &$name| -> $child_type { match *it {} }))*;
            )*
        }
    };
}

absent! { types:
    /// What a buyer prefers.
    CartPreferences "CartPreferences"
        ["wallet": Vec<String>] ["delivery": DeliveryPreference]
    /// Where a buyer prefers to be delivered to.
    DeliveryPreference "CartDeliveryPreference"
        ["deliveryMethod": Vec<String>, "pickupHandle": Vec<String>]
        ["coordinates": Coordinates]
    /// A place on a map.
    Coordinates "CartDeliveryCoordinatesPreference"
        ["countryCode": String, "latitude": f64, "longitude": f64] []
    /// What a line is a part of.
    ParentLine "CartLineParentRelationship" [] ["parent": Rc<super::cart::LineNode>]
    /// A line that stands for several.
    Bundle "ComponentizableCartLine"
        ["id": String, "quantity": i32]
        ["attributes": Vec<Attribute>, "cost": super::cart::LineCost,
         "estimatedCost": super::cart::LineCost, "merchandise": Obj,
         "lineComponents": Vec<Rc<super::cart::LineNode>>,
         "sellingPlanAllocation": super::selling_plans::Allocation]
    /// A colour or picture that stands for a choice among filters.
    FilterSwatch "Swatch" ["color": String] ["image": super::media::Picture]
}

pub(super) fn register(r: &mut Registry) {
    types(r);
    r.object::<Bundle>("ComponentizableCartLine")
        .load(
            "attribute",
            |all: &[&Bundle], _: &super::cart::KeyArgs, _: &mut Cx| {
                let none = |it: &&Bundle| -> Result<Attribute, Error> { match **it {} };
                all.iter().map(none).collect()
            },
        )
        .load(
            "discountAllocations",
            |all: &[&Bundle], _: &super::cart::DiscountArgs, _: &mut Cx| {
                let none = |it: &&Bundle| -> Result<Vec<Obj>, Error> { match **it {} };
                all.iter().map(none).collect()
            },
        );
}
