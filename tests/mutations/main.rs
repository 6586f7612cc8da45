//! Every mutation that is served, called at random on a seeded shop.
//!
//! Arguments are made from examples that can work and from the schema; ids are those of what is there. Whatever
//! is asked: no mutation and no job has an internal error, the books balance, and each mutation does what it is
//! for at least once. A failure prints its seed: `STOCKROOM_SEED=n` plays
//! that one again.

mod arguments;
mod before;
mod dice;
mod others;
mod pool;
mod schema;
mod shop;
mod trouble;

use std::collections::BTreeMap;

use arguments::{Call, Maker};
use serde_json::Value;
use shop::{Interface, Shop};
use tests::Engine;

/// Rounds over all mutations.
const ROUNDS: usize = 4;
/// Calls after which others act, and jobs are done.
const CALLS_PER_BREAK: usize = 36;
/// Between two rounds.
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

#[test]
fn any_mutation_at_any_time_leaves_the_books_of_sqlite_balanced() {
    play(Engine::Sqlite, 1);
}

#[test]
fn any_mutation_at_any_time_leaves_the_books_of_postgresql_balanced() {
    play(Engine::Postgres, 2);
}

/// How the calls of a mutation ended.
#[derive(Default)]
struct Outcomes {
    done: usize,
    /// What was said when it was not done.
    last: String,
}

fn play(engine: Engine, seed: u64) {
    let named = std::env::var("STOCKROOM_SEED").ok();
    let seed = named.map_or(seed, |seed| {
        seed.parse().expect("STOCKROOM_SEED is a number")
    });
    let mut game = Game {
        shop: Shop::open(engine, seed),
        maker: Maker::new(seed),
        seed,
        outcomes: BTreeMap::new(),
        troubles: Vec::new(),
    };
    trouble::listen();
    for round in 0..ROUNDS {
        game.play_round(round);
    }
    game.judge();
    game.shop.close();
}

struct Game {
    shop: Shop,
    maker: Maker,
    seed: u64,
    outcomes: BTreeMap<String, Outcomes>,
    /// What must not be.
    troubles: Vec<String>,
}

impl Game {
    fn play_round(&mut self, round: usize) {
        let mutations = self.maker.mutations(round);
        for (turn, (interface, name)) in mutations.into_iter().enumerate() {
            if turn % CALLS_PER_BREAK == 0 {
                self.others_act();
            }
            let call = self.maker.call(interface, &name, round);
            self.take(&interface.key(&name), &call);
        }
        self.others_act();
        self.catch_up();
        self.shop.tidy();
        self.shop.wait(DAY_MICROS);
        self.look("housekeeping");
    }

    /// What was never done yet is tried again, after what has to happen before it.
    fn catch_up(&mut self) {
        let owed = self.outcomes.iter().filter(|(_, own)| own.done == 0);
        let owed: Vec<String> = owed.map(|(key, _)| key.clone()).collect();
        for key in owed {
            self.maker.dice.last = true;
            for step in before::steps(&key).iter().copied().chain([key.as_str()]) {
                match step {
                    before::OTHERS => self.others_act(),
                    step => {
                        if let Some(call) = self.maker.example(step) {
                            self.take(step, &call);
                        }
                    }
                }
            }
            self.maker.dice.last = false;
        }
    }

    fn others_act(&mut self) {
        self.shop.others_act(&mut self.maker);
        self.look("what others did");
    }

    /// Makes a call, and notes what came of it.
    fn take(&mut self, key: &str, call: &Call) {
        let (interface, name) = Interface::of_key(key);
        let reply = self.shop.ask(interface, &call.text, &call.variables);
        let told = format!("{}\n{}\n{reply}", call.text, call.variables);
        if reply.to_string().contains("INTERNAL_SERVER_ERROR") {
            self.troubles.push(told.clone());
        }
        let payload = &reply["data"][name];
        self.maker.pool.harvest(&reply["data"]);
        let refused = refusal(&reply);
        if refused.is_none() {
            self.maker.pool.note(key, &call.variables, payload);
        }
        match name {
            "stagedUploadsCreate" => self.shop.upload(&mut self.maker, payload),
            "productSet" => self.shop.publish(payload),
            _ => {}
        }
        let outcomes = self.outcomes.entry(interface.key(name)).or_default();
        match refused {
            None => outcomes.done += 1,
            Some(why) => outcomes.last = format!("{why}\n    {}", call.variables),
        }
        self.look(&told);
    }

    /// The books balance and nothing was logged that is our fault.
    fn look(&mut self, latest: &str) {
        let wrong = self.shop.wrong_books();
        let seed = self.seed;
        assert!(
            wrong.is_empty(),
            "seed {seed}: the books are wrong:\n{wrong}\nafter\n{latest}"
        );
        for told in trouble::told() {
            self.troubles.push(format!("{told}\nafter\n{latest}"));
        }
    }

    fn judge(&self) {
        let troubles = self.troubles.join("\n\n");
        assert!(troubles.is_empty(), "seed {}\n{troubles}", self.seed);
        let undone = self.outcomes.iter().filter(|(_, own)| own.done == 0);
        let undone = undone.map(|(name, own)| {
            let why = &own.last;
            format!("{name} is never done; look at its example and what comes before: {why}")
        });
        let idle = self.maker.idle_examples();
        let idle = idle
            .into_iter()
            .map(|name| format!("{name} is not served: take its example off"));
        let wrong: Vec<String> = undone.chain(idle).collect();
        assert!(wrong.is_empty(), "seed {}\n{}", self.seed, wrong.join("\n"));
    }
}

/// Why a mutation was not done; `None` when it was.
fn refusal(reply: &Value) -> Option<String> {
    if let Some(errors) = reply.get("errors") {
        return Some(errors.to_string());
    }
    let payloads = reply["data"].as_object()?;
    payloads.values().find_map(|payload| {
        let payload = payload.as_object()?;
        let errors = payload.iter().find(|(name, value)| {
            name.to_ascii_lowercase().ends_with("usererrors")
                && value.as_array().is_some_and(|errors| !errors.is_empty())
        });
        errors.map(|(_, errors)| errors.to_string())
    })
}
