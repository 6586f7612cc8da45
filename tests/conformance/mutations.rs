//! Every mutation has a scenario, or stands on a list that may only shrink; and
//! none of them does anything for a token without its scope.

use std::path::Path;

use tests::{TestShop, json, scenario};

use crate::served::Served;

const GAPS: &str = include_str!("mutations_without_scenario.txt");

/// An app manages what is its own without a scope. What a webhook tells needs one, but the topic
/// of the least call, the app's own removal, does not; what a bulk operation reads needs one when
/// it is read.
const FREE: [&str; 5] = [
    "appPurchase",
    "appSubscription",
    "appUsageRecord",
    "bulkOperation",
    "webhookSubscription",
];

#[test]
fn every_mutation_has_a_scenario_or_stands_on_the_list_of_gaps() {
    let scenarios = scenarios();
    let gaps: Vec<&str> = GAPS.lines().filter(|line| !line.is_empty()).collect();
    let mut wrong = Vec::new();
    let served = Served::read();
    for mutation in &served.mutations {
        let name = mutation.name.as_str();
        let covered = is_called(&scenarios, name);
        match (covered, gaps.contains(&name)) {
            (false, false) => wrong.push(format!("{name} has no scenario")),
            (true, true) => wrong.push(format!("{name} has a scenario now: take it off the list")),
            _ => {}
        }
    }
    for gap in gaps {
        if !served.mutations.iter().any(|mutation| mutation.name == gap) {
            wrong.push(format!("{gap} is not served: take it off the list"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[scenario]
async fn no_mutation_works_without_its_scope(shop: TestShop) {
    let token = shop.token(&["read_locations"]).await;
    let served = Served::read();
    let mut wrong = Vec::new();
    for mutation in &served.mutations {
        if FREE.iter().any(|own| mutation.name.starts_with(own)) {
            continue;
        }
        let call = served.least_call(mutation);
        let reply = shop.admin_with(&token, &call, json!({})).await;
        let code = &reply.json["errors"][0]["extensions"]["code"];
        if code != "ACCESS_DENIED" {
            wrong.push(format!("{call}\n  {}", reply.body()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The texts of all scenarios.
fn scenarios() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenario");
    let files = std::fs::read_dir(&folder).expect("there are scenarios");
    let texts = files
        .flatten()
        .filter_map(|file| std::fs::read_to_string(file.path()).ok());
    texts.collect::<Vec<_>>().join("\n")
}

/// Whether a mutation stands in a query: its name, and behind it arguments, fields, or the end of the text
/// that a query is put together from.
fn is_called(scenarios: &str, name: &str) -> bool {
    scenarios.match_indices(name).any(|(at, _)| {
        let before = scenarios[..at].chars().next_back();
        let after = scenarios[at + name.len()..].trim_start().chars().next();
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
            && matches!(after, Some('(' | '{' | '"'))
    })
}
