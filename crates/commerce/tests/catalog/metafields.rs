//! Metafields on products and variants.

use commerce::metafields::{
    self, Identifier, MetafieldError, MetafieldsError, NewMetafield, Owned, Owner,
};

use crate::world::{SHOP, on_both, titled};

fn field(owner_id: i64, key: &str, kind: Option<&str>, value: &str) -> Owned {
    Owned {
        owner: Owner::Product,
        owner_id,
        metafield: NewMetafield {
            namespace: Some("custom".to_owned()),
            key: key.to_owned(),
            kind: kind.map(str::to_owned),
            value: value.to_owned(),
            compare_digest: None,
        },
    }
}

fn set(
    world: &crate::world::World,
    inputs: Vec<Owned>,
) -> Result<Vec<metafields::Metafield>, MetafieldsError> {
    let call = world.call_in(SHOP);
    world
        .db
        .write_blocking(SHOP, move |tx| metafields::set(tx, &call, &inputs))
}

#[test]
fn a_value_is_set_replaced_and_deleted_under_one_id() {
    on_both(|world| {
        let id = world.create(titled("Stool")).get();
        let first = set(
            world,
            vec![field(id, "height", Some("number_integer"), "45")],
        )
        .unwrap();
        let second = set(world, vec![field(id, "height", None, "46")]).unwrap();
        assert_eq!(
            (second[0].id, second[0].value.as_str()),
            (first[0].id, "46")
        );
        assert_ne!(first[0].compare_digest(), second[0].compare_digest());
        let mut stale = field(id, "height", None, "47");
        stale.metafield.compare_digest = Some(Some(first[0].compare_digest()));
        let refused = set(world, vec![stale]).unwrap_err();
        assert!(
            matches!(&refused, MetafieldsError::Refused(list) if list == &[(0, MetafieldError::Stale)])
        );
        let call = world.call_in(SHOP);
        let identifier = |key: &str| Identifier {
            owner: Owner::Product,
            owner_id: id,
            namespace: "custom".to_owned(),
            key: key.to_owned(),
        };
        let gone = [identifier("height"), identifier("width")];
        let deleted = world
            .db
            .write_blocking(SHOP, move |tx| metafields::delete(tx, &call, &gone))
            .unwrap();
        assert_eq!(deleted, [true, false]);
        assert_eq!(world.rows("metafields"), 0);
    });
}

#[test]
fn one_refused_metafield_refuses_all() {
    on_both(|world| {
        let id = world.create(titled("Stool")).get();
        let refused = set(
            world,
            vec![
                field(id, "height", Some("number_integer"), "45"),
                field(id, "width", Some("number_integer"), "wide"),
                field(id, "colour", None, "red"),
                field(id, "x", Some("color"), "#ffffff"),
            ],
        );
        let Err(MetafieldsError::Refused(list)) = refused else {
            panic!("{refused:?}")
        };
        let said: Vec<(usize, String)> = list
            .into_iter()
            .map(|(place, why)| (place, why.to_string()))
            .collect();
        assert_eq!(
            said,
            [
                (1, "Value must be an integer".to_owned()),
                (2, "Type can't be blank".to_owned()),
                (3, "Key is too short (minimum is 2 characters)".to_owned()),
            ]
        );
        let missing = set(
            world,
            vec![field(1, "height", Some("number_integer"), "45")],
        );
        assert!(
            matches!(missing, Err(MetafieldsError::Refused(list)) if list[0].1 == MetafieldError::OwnerMissing)
        );
        assert_eq!(world.rows("metafields"), 0);
    });
}
