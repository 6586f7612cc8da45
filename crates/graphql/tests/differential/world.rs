//! The world that both engines serve: every value follows from an object's number, as in run.mjs.

use graphql::{Error, Maybe, MutationCx, NoArgs, Obj, Registry, Schema, obj};
use serde::Deserialize;
use serde_json::{Map, Value};

pub(crate) struct Alpha(i64);
pub(crate) struct Beta(i64);
pub(crate) struct Gamma(i64);

pub(crate) trait Thing: Sized + 'static {
    const NAME: &'static str;
    fn number(&self) -> i64;
}

macro_rules! things {
    ($($name:ident),*) => {$(
        impl Thing for $name {
            const NAME: &'static str = stringify!($name);

            fn number(&self) -> i64 {
                self.0
            }
        }
    )*};
}

things!(Alpha, Beta, Gamma);

fn next(number: i64, salt: i64) -> i64 {
    (number * 31 + salt * 17 + 7) % 1000
}

fn node(number: i64) -> Obj {
    match number % 3 {
        0 => obj(Alpha(number)),
        1 => obj(Beta(number)),
        _ => obj(Gamma(number)),
    }
}

fn named(number: i64) -> Obj {
    if number % 2 == 0 {
        obj(Alpha(number))
    } else {
        obj(Beta(number))
    }
}

fn either(number: i64) -> Obj {
    if number % 2 == 0 {
        obj(Alpha(number))
    } else {
        obj(Gamma(number))
    }
}

fn when<K>(fails: bool, what: &str, number: i64, value: impl FnOnce() -> K) -> Result<K, Error> {
    if fails {
        Err(Error::new(format!("{what} {number}")))
    } else {
        Ok(value())
    }
}

#[derive(Deserialize)]
struct IdArgs {
    id: i64,
}

#[derive(Deserialize)]
struct IdsArgs {
    ids: Vec<i64>,
}

#[derive(Deserialize)]
struct HoledIdsArgs {
    ids: Vec<Option<i64>>,
}

#[derive(Deserialize)]
struct AddArgs {
    id: i64,
    by: Option<i64>,
}

#[derive(Deserialize)]
struct FirstArgs {
    first: Option<i64>,
}

#[derive(Deserialize)]
struct StrictFirstArgs {
    first: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
enum Kind {
    One,
    Two,
    Three,
}

#[derive(Deserialize)]
struct EchoArgs {
    #[serde(default)]
    int: Maybe<i32>,
    #[serde(default)]
    half: Maybe<f64>,
    #[serde(default)]
    text: Maybe<String>,
    #[serde(default)]
    flag: Maybe<bool>,
    #[serde(default)]
    kind: Maybe<Kind>,
    #[serde(default)]
    list: Maybe<Vec<i32>>,
    #[serde(default)]
    grid: Maybe<Vec<Option<Vec<Option<i32>>>>>,
    #[serde(default)]
    input: Maybe<In>,
    #[serde(default)]
    inputs: Maybe<Vec<In>>,
    #[serde(default)]
    id: Maybe<String>,
    #[serde(default)]
    blob: Maybe<Value>,
}

#[derive(Deserialize)]
struct In {
    #[serde(default)]
    int: Maybe<i32>,
    text: String,
    #[serde(default)]
    inner: Maybe<Box<In>>,
    #[serde(default)]
    kinds: Maybe<Vec<Kind>>,
    #[serde(default)]
    half: Maybe<f64>,
    #[serde(default)]
    one: Maybe<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum One {
    Number(i32),
    Word(String),
}

impl Kind {
    fn json(self) -> Value {
        Value::from(match self {
            Self::One => "ONE",
            Self::Two => "TWO",
            Self::Three => "THREE",
        })
    }
}

/// A number as JavaScript writes it.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 {
        Value::from(value as i64)
    } else {
        Value::from(value)
    }
}

fn put<T>(
    map: &mut Map<String, Value>,
    name: &str,
    value: Maybe<T>,
    json: impl FnOnce(T) -> Value,
) {
    if let Some(given) = value.given() {
        map.insert(name.to_owned(), given.map_or(Value::Null, json));
    }
}

impl In {
    fn json(self) -> Value {
        let mut map = Map::new();
        put(&mut map, "int", self.int, Value::from);
        map.insert("text".to_owned(), Value::from(self.text));
        put(&mut map, "inner", self.inner, |inner| inner.json());
        put(&mut map, "kinds", self.kinds, |kinds| {
            kinds.into_iter().map(Kind::json).collect::<Vec<_>>().into()
        });
        put(&mut map, "half", self.half, number);
        put(&mut map, "one", self.one, |one| match one {
            One::Number(number) => serde_json::json!({ "number": number }),
            One::Word(word) => serde_json::json!({ "word": word }),
        });
        Value::Object(map)
    }
}

fn echo(args: &EchoArgs) -> String {
    let mut map = Map::new();
    put(&mut map, "int", args.int, Value::from);
    put(&mut map, "half", args.half, number);
    put(&mut map, "text", args.text.as_ref(), |text| {
        Value::from(text.as_str())
    });
    put(&mut map, "flag", args.flag, Value::from);
    put(&mut map, "kind", args.kind.as_ref(), |kind| match kind {
        Kind::One => Kind::One.json(),
        Kind::Two => Kind::Two.json(),
        Kind::Three => Kind::Three.json(),
    });
    put(&mut map, "list", args.list.as_ref(), |list| {
        list.clone().into()
    });
    put(&mut map, "grid", args.grid.as_ref(), |grid| {
        serde_json::json!(grid)
    });
    put(&mut map, "input", args.input.as_ref(), |input| {
        input.copy().json()
    });
    put(&mut map, "inputs", args.inputs.as_ref(), |inputs| {
        inputs
            .iter()
            .map(|input| input.copy().json())
            .collect::<Vec<_>>()
            .into()
    });
    put(&mut map, "id", args.id.as_ref(), |id| {
        Value::from(id.as_str())
    });
    put(&mut map, "blob", args.blob.as_ref(), Clone::clone);
    Value::Object(map).to_string()
}

impl Kind {
    fn copy(&self) -> Self {
        match self {
            Self::One => Self::One,
            Self::Two => Self::Two,
            Self::Three => Self::Three,
        }
    }
}

impl In {
    fn copy(&self) -> Self {
        Self {
            int: self.int,
            text: self.text.clone(),
            inner: self.inner.as_ref().map(|inner| Box::new(inner.copy())),
            kinds: self
                .kinds
                .as_ref()
                .map(|kinds| kinds.iter().map(Kind::copy).collect()),
            half: self.half,
            one: self.one.as_ref().map(|one| match one {
                One::Number(number) => One::Number(*number),
                One::Word(word) => One::Word(word.clone()),
            }),
        }
    }
}

fn leaves<T: Thing>(r: &mut Registry<(), ()>) {
    r.object::<T>(T::NAME)
        .leaf("id", |thing| format!("{}/{}", T::NAME, thing.number()))
        .leaf("name", |thing| format!("n\"{}\n", thing.number()))
        .leaf("nick", |thing| {
            (thing.number() % 3 != 0).then(|| format!("nick {}", thing.number()))
        })
        .leaf("num", |thing| thing.number() * 3 - 500)
        .leaf("half", |thing| {
            format!("{}.5", thing.number()).parse::<f64>().unwrap()
        })
        .leaf("flag", |thing| {
            [Some(true), Some(false), None][thing.number() as usize % 3]
        })
        .leaf("kind", |thing| {
            ["ONE", "TWO", "THREE"][thing.number() as usize % 3]
        })
        .leaf("tags", |thing| {
            (0..thing.number() % 4)
                .map(|at| format!("t{at}"))
                .collect::<Vec<_>>()
        })
        .leaf("holes", |thing| {
            let holes = [None, Some("x"), None];
            (thing.number() % 5 != 4).then(|| holes[thing.number() as usize % 3..].to_vec())
        })
        .leaf("blob", |thing| match thing.number() % 8 {
            1 => Value::Null,
            _ => serde_json::json!({ "n": [thing.number(), null, "b"] }),
        })
        .with("risky", |thing, _: &NoArgs| {
            when(thing.number() % 4 == 1, "risky", thing.number(), || {
                Some(thing.number())
            })
        })
        .load_leaf("strict", |things: &[&T], _: &NoArgs, ()| {
            let strict = |number: i64| when(number % 5 == 1, "strict", number, || number);
            things.iter().map(|thing| strict(thing.number())).collect()
        })
        .with("echo", |_, args: &EchoArgs| Ok(echo(args)));
}

/// A loader over the numbers of the parents.
fn each<T: Thing, A, K>(
    load: impl Fn(i64, &A) -> Result<K, Error> + Send + Sync + 'static,
) -> impl Fn(&[&T], &A, &mut ()) -> Vec<Result<K, Error>> + Send + Sync + 'static {
    move |things, args, ()| {
        things
            .iter()
            .map(|thing| load(thing.number(), args))
            .collect()
    }
}

fn links<T: Thing>(r: &mut Registry<(), ()>) {
    r.object::<T>(T::NAME)
        .load(
            "friend",
            each::<T, NoArgs, _>(|number, _| {
                when(number % 11 == 3, "friend", number, || {
                    (number % 7 != 0).then(|| Alpha(next(number, 1)))
                })
            }),
        )
        .load(
            "close",
            each::<T, NoArgs, _>(|number, _| {
                when(number % 6 == 1, "close", number, || Beta(next(number, 2)))
            }),
        )
        .load(
            "friends",
            each::<T, FirstArgs, _>(|number, args| {
                let count = args.first.unwrap_or(0).clamp(0, 3);
                Ok((0..count)
                    .map(|at| Alpha(next(number, 3 + at)))
                    .collect::<Vec<_>>())
            }),
        )
        .load(
            "loose",
            each::<T, NoArgs, _>(|number, _| {
                let one = |at| (next(number, at) % 2 == 0).then(|| Beta(next(number, at)));
                when(number % 9 == 2, "loose", number, || {
                    (0..3).map(one).collect::<Vec<_>>()
                })
            }),
        )
        .child("maybe", |thing| {
            let number = thing.number();
            let all = (0..number % 3).map(|at| Gamma(next(number, 9 + at)));
            (number % 4 != 2).then(|| all.collect::<Vec<_>>())
        })
        .load(
            "thing",
            each::<T, NoArgs, _>(|number, _| {
                when(number % 10 == 7, "thing", number, || {
                    (number % 10 != 8).then(|| named(next(number, 4)))
                })
            }),
        )
        .child("node", |thing| node(next(thing.number(), 5)))
        .load(
            "nodes",
            each::<T, StrictFirstArgs, _>(|number, args| {
                let all = (0..args.first.clamp(0, 3)).map(|at| node(next(number, 6 + at)));
                when(number % 13 == 5, "nodes", number, || {
                    all.collect::<Vec<_>>()
                })
            }),
        )
        .child("either", |thing| {
            (thing.number() % 5 != 2).then(|| either(next(thing.number(), 7)))
        })
        .load(
            "eithers",
            each::<T, NoArgs, _>(|number, _| {
                let one = |at| (next(number, at) % 4 != 0).then(|| either(next(number, at)));
                Ok((number % 6 != 5).then(|| (0..3).map(one).collect::<Vec<_>>()))
            }),
        );
}

async fn add(_: MutationCx<()>, args: AddArgs) -> Result<Alpha, Error> {
    when(args.id % 4 == 3, "add", args.id, || {
        Alpha((args.id + args.by.unwrap_or(0)) % 1000)
    })
}

async fn sure(_: MutationCx<()>, args: IdArgs) -> Result<Alpha, Error> {
    when(args.id % 3 == 1, "sure", args.id, || Alpha(args.id))
}

pub(crate) fn schema() -> Schema<(), ()> {
    let mut r = Registry::new(include_str!("schema.graphql"));
    leaves::<Alpha>(&mut r);
    leaves::<Beta>(&mut r);
    leaves::<Gamma>(&mut r);
    links::<Alpha>(&mut r);
    links::<Beta>(&mut r);
    links::<Gamma>(&mut r);
    r.query("alpha", |args: &IdArgs, _: &mut ()| {
        Ok((args.id % 10 != 0).then_some(Alpha(args.id)))
    });
    r.query("sure", |args: &IdArgs, _: &mut ()| {
        when(args.id % 10 == 1, "sure", args.id, || Alpha(args.id))
    });
    r.query("node", |args: &IdArgs, _: &mut ()| {
        Ok((args.id % 10 != 2).then(|| node(args.id)))
    });
    r.query("named", |args: &IdsArgs, _: &mut ()| {
        Ok(args.ids.iter().map(|id| named(*id)).collect::<Vec<_>>())
    });
    r.query("eithers", |args: &HoledIdsArgs, _: &mut ()| {
        Ok(args.ids.iter().map(|id| id.map(either)).collect::<Vec<_>>())
    });
    r.query_leaf("echo", |args: &EchoArgs, _: &mut ()| Ok(echo(args)));
    r.mutation("add", add);
    r.mutation("sure", sure);
    r.build().unwrap_or_else(|error| panic!("{error}"))
}
