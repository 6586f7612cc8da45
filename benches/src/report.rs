//! The table that is printed, and the history that is kept.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::load::Round;

/// What one workload measured, in all its rounds.
pub(crate) struct Measured {
    pub(crate) name: String,
    pub(crate) database: &'static str,
    pub(crate) clients: usize,
    pub(crate) rounds: Vec<Round>,
}

/// Something measured once a round that is not a rate: a wait or a size.
pub(crate) struct Single {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) values: Vec<f64>,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The median of whole numbers.
fn middle(values: impl Iterator<Item = u64>) -> u64 {
    let mut values: Vec<u64> = values.collect();
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// A Markdown table of the medians.
pub(crate) fn table(measured: &[Measured], singles: &[Single]) -> String {
    let mut text = String::new();
    if !measured.is_empty() {
        text.push_str("| workload | database | clients | a second | p50 µs | p99 µs | CPU µs each | refused |\n");
        text.push_str("|---|---|--:|--:|--:|--:|--:|--:|\n");
    }
    for workload in measured {
        let rate = median(workload.rounds.iter().map(Round::rate).collect());
        let of = |value: fn(&Round) -> u64| middle(workload.rounds.iter().map(value));
        text.push_str(&format!(
            "| {} | {} | {} | {rate:.0} | {} | {} | {} | {} |\n",
            workload.name,
            workload.database,
            workload.clients,
            of(|round| round.p50_us),
            of(|round| round.p99_us),
            of(|round| round.cpu_us_each),
            of(|round| round.refused),
        ));
    }
    if !singles.is_empty() {
        text.push_str("\n| measure | median |\n|---|--:|\n");
    }
    for single in singles {
        let value = median(single.values.clone());
        text.push_str(&format!(
            "| {} | {value:.1} {} |\n",
            single.name, single.unit
        ));
    }
    text
}

/// Writes everything measured to a new file of the history, and says where.
pub(crate) fn keep(
    folder: &Path,
    measured: &[Measured],
    singles: &[Single],
) -> Result<String, String> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    let round = |round: &Round| {
        json!({
            "done": round.done,
            "refused": round.refused,
            "seconds": round.seconds,
            "p50_us": round.p50_us,
            "p99_us": round.p99_us,
            "cpu_us_each": round.cpu_us_each,
        })
    };
    let workloads: Vec<Value> = measured
        .iter()
        .map(|workload| {
            json!({
                "name": workload.name,
                "database": workload.database,
                "clients": workload.clients,
                "rounds": workload.rounds.iter().map(round).collect::<Vec<_>>(),
            })
        })
        .collect();
    let singles: Vec<Value> = singles
        .iter()
        .map(|single| json!({"name": single.name, "unit": single.unit, "values": single.values}))
        .collect();
    let history = json!({"at": seconds, "workloads": workloads, "measures": singles});
    let file = folder.join(format!("{seconds}.json"));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, format!("{history:#}\n")))
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    Ok(file.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_round() {
        assert_eq!(middle([9, 1, 5].into_iter()), 5);
        assert_eq!(middle([].into_iter()), 0);
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
    }
}
