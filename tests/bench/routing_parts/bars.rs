//! What `synod backtest` comes to on pools of known names, beside the bars that each is held to.

use std::process::{Command, Stdio};

use serde_json::Value;

/// Accuracy at two calls a task, and of the weighted rule, at least; calls of its cascade at most.
const POOLS: [(&str, f64, f64, f64); 4] = [
    ("MP8s", 0.476, 0.544, 6.6),
    ("MPmid", 0.555, 0.0, 8.0),
    ("ZE8", 0.838, 0.0, 4.3),
    ("ZE8s", 0.715, 0.0, 8.0),
];

/// Runs the back-test and prints each figure with its bar. The comparison decides nothing but what is printed.
#[expect(clippy::too_many_lines, reason = "a list of bars, one after the other")]
pub(super) fn hold(pools: &str, seeds: &str) {
    let run = |more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_synod"))
            .args([
                "backtest",
                "--pools",
                pools,
                "--seeds",
                seeds,
                "--json",
                "--by-kind",
            ])
            .args(more)
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let rows = text.lines().map(|line| serde_json::from_str(line).unwrap());
        rows.collect::<Vec<Value>>()
    };
    let rows = run(&["--against", "thompson"]);
    println!("{pools}, {seeds} seeds");
    for (pool, two, weighted, most) in POOLS {
        let table = Table { rows: &rows, pool };
        let Some(learned) = table.row("policy", "learned", 1.0) else {
            continue;
        };
        let at_two = table.row("policy", "learned", 2.0).unwrap();
        let plurality = table.rule("plurality", None).unwrap();
        let full = table.rule("weighted", None).unwrap();
        let cascade = table.rule("weighted", Some(3)).unwrap();
        let low = number(learned, "low");
        let least = if pool.starts_with("MP") {
            f64::MIN_POSITIVE
        } else {
            0.0
        };
        let better = number(learned, "difference");
        table.told("learned less thompson at one call", better, better >= least);
        println!(
            "    its interval: {low:+.4} to {:+.4}",
            number(learned, "high")
        );
        table.told(
            "learned at two calls",
            number(at_two, "accuracy"),
            number(at_two, "accuracy") >= two,
        );
        table.told(
            "calls of it",
            number(at_two, "calls"),
            number(at_two, "calls") <= 2.0,
        );
        for row in [learned, at_two] {
            let gain = number(row, "last_half") - number(row, "first_half");
            table.told("last half less first half", gain, gain >= 0.0);
            table.told(
                "calibration error, learned",
                number(row, "ece"),
                number(row, "ece") <= 0.05,
            );
        }
        let ahead = number(full, "accuracy") - number(plurality, "accuracy");
        table.told(
            "weighted",
            number(full, "accuracy"),
            number(full, "accuracy") >= weighted,
        );
        table.told("weighted less plurality", ahead, ahead >= 0.0);
        for row in [plurality, full, cascade] {
            table.told(
                "calibration error, votes",
                number(row, "ece"),
                number(row, "ece") <= 0.05,
            );
        }
        let lost = number(full, "accuracy") - number(cascade, "accuracy");
        table.told("lost by the cascade", lost, lost <= 0.002);
        table.told(
            "calls of the cascade",
            number(cascade, "calls"),
            number(cascade, "calls") <= most,
        );
        for one in rows
            .iter()
            .filter(|row| row["pool"] == pool && row["kind"] == "crux")
        {
            let regret = one["regret_best_single"].as_f64().unwrap();
            match (one["policy"].as_str(), one["rule"].as_str()) {
                (Some("learned"), _) => {
                    table.told("regret on crux, learned", regret, regret <= 0.02);
                }
                (_, Some("weighted")) => {
                    table.told("regret on crux, weighted", regret, regret <= 0.01);
                }
                _ => {}
            }
        }
    }
    let drift = Table {
        rows: &rows,
        pool: "drift",
    };
    if let (Some(learned), Some(best)) = (
        drift.row("policy", "learned", 1.0),
        drift.row("reference", "best of each phase", f64::NAN),
    ) {
        let lost = number(best, "accuracy") - number(learned, "accuracy");
        drift.told("regret against who knows the switch", lost, lost <= 0.015);
    }
    let changes = rows
        .iter()
        .filter(|row| row["pool"] != "drift" && row["policy"] == "learned");
    let changes: f64 = changes.filter_map(|row| row["changes"].as_f64()).sum();
    println!("  changes found in what does not change: {changes}");
}

struct Table<'a> {
    rows: &'a [Value],
    pool: &'a str,
}

impl<'a> Table<'a> {
    fn row(&self, field: &str, word: &str, calls: f64) -> Option<&'a Value> {
        self.rows.iter().find(|row| {
            let allowed = row["calls_allowed"].as_f64();
            let is = row["pool"] == self.pool && row["kind"].is_null() && row[field] == word;
            is && (calls.is_nan() || allowed.is_some_and(|allowed| (allowed - calls).abs() < 1e-9))
        })
    }

    fn rule(&self, rule: &str, cascade: Option<u64>) -> Option<&'a Value> {
        self.rows.iter().find(|row| {
            let is = row["pool"] == self.pool && row["kind"].is_null() && row["rule"] == rule;
            is && row["cascade"].as_u64() == cascade
        })
    }

    fn told(&self, what: &str, figure: f64, holds: bool) {
        let mark = if holds { "✓" } else { "✕" };
        println!("  {mark} {:<6} {what:<36} {figure:>8.4}", self.pool);
    }
}

fn number(row: &Value, field: &str) -> f64 {
    row[field].as_f64().unwrap()
}
