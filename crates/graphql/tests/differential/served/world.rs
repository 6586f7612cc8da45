//! A schema whose every field follows from the parent's number and the arguments, as in served.mjs.

use apollo_compiler::Schema as Types;
use apollo_compiler::ast::Type;
use apollo_compiler::schema::ExtendedType;
use graphql::{Asked, Error, Mocked, Schema};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// One field in so many fails; 0 when none does.
#[derive(Clone, Copy)]
pub(crate) struct Fails(pub(crate) u32);

/// FNV-1a, 32 bits.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Arguments with their whole numbers as JavaScript writes them.
fn written(args: &Value) -> Value {
    match args {
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && !number.is_i64() => Value::from(float as i64),
            _ => args.clone(),
        },
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, field)| (name.clone(), written(field)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}

pub(crate) fn schema(sdl: &str, types: Arc<Types>) -> Schema<Fails, Fails> {
    Schema::mocked(sdl, move |asked, fails| answer(&types, asked, *fails))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn answer(types: &Types, asked: &Asked<'_>, fails: Fails) -> Result<Mocked, Error> {
    let Asked {
        parent,
        number,
        field,
        args,
    } = asked;
    let definition = types.type_field(parent, field).unwrap();
    let seed = format!("{parent}.{field}({})#{number}", written(args));
    if fails.0 > 0 && hash(&format!("{seed}!")).is_multiple_of(fails.0) {
        return Err(Error::new(format!("{parent}.{field} fails at {number}")));
    }
    let payload = *parent == "Mutation";
    Ok(value(types, &definition.ty, &seed, payload))
}

fn value(types: &Types, ty: &Type, seed: &str, present: bool) -> Mocked {
    let hash = hash(seed);
    if !present && !ty.is_non_null() && hash.is_multiple_of(6) {
        return Mocked::Null;
    }
    if ty.is_list() {
        let items = (0..(hash >> 5) % 4)
            .map(|at| value(types, ty.item_type(), &format!("{seed}/{at}"), false))
            .collect();
        return list(items, is_leaf(types, ty));
    }
    let name = ty.inner_named_type().as_str();
    let choice = hash >> 4;
    let leaf = match name {
        "Int" => json!(i64::from(choice % 2001) - 1000),
        "Float" => format!("{}.25", choice % 1000)
            .parse::<f64>()
            .unwrap()
            .into(),
        "Boolean" => json!(choice % 2 == 1),
        "String" => json!(format!("\"{choice}\n\u{1}é")),
        "ID" => json!(format!("gid://{choice}")),
        _ => match types.types.get(name).unwrap() {
            ExtendedType::Enum(known) => {
                let place = choice as usize % known.values.len();
                json!(known.values.get_index(place).unwrap().0.as_str())
            }
            ExtendedType::Scalar(_) if choice.is_multiple_of(4) => {
                json!({ "n": [choice, null, "b"] })
            }
            ExtendedType::Scalar(_) => json!(format!("s{choice}")),
            _ => {
                let possible = possible(types, name);
                let object = possible[choice as usize % possible.len()];
                return Mocked::Object(object.to_owned(), u64::from(choice % 10_000));
            }
        },
    };
    Mocked::Leaf(leaf)
}

fn list(items: Vec<Mocked>, leaves: bool) -> Mocked {
    if !leaves {
        return Mocked::List(items);
    }
    let json = items.into_iter().map(|item| match item {
        Mocked::Leaf(value) => value,
        _ => Value::Null,
    });
    Mocked::Leaf(json.collect())
}

pub(crate) fn is_leaf(types: &Types, ty: &Type) -> bool {
    let definition = &types.types[ty.inner_named_type()];
    definition.is_scalar() || definition.is_enum()
}

/// The object types that a value of the named type may be, by name.
pub(crate) fn possible<'a>(types: &'a Types, name: &'a str) -> Vec<&'a str> {
    if types.get_object(name).is_some() {
        return vec![name];
    }
    let objects = types.types.iter().filter(|(_, ty)| ty.is_object());
    let mut possible: Vec<&str> = objects
        .filter(|(object, _)| types.is_subtype(name, object))
        .map(|(object, _)| object.as_str())
        .collect();
    possible.sort_unstable();
    possible
}
