//! Tests of the Prometheus text by its grammar, read strictly and apart from the code that writes it.

use std::collections::{BTreeMap, BTreeSet};

use pretty_assertions::assert_eq;

use super::{parts, text};
use crate::core::State;
use crate::core::metrics::Window;
use crate::ui::room::Room as _;
use crate::ui::stage::Stage;

type Labels = BTreeMap<String, String>;

/// A line with a value.
#[derive(Debug)]
struct Sample {
    name: String,
    labels: Labels,
    value: f64,
}

/// A family and its samples.
#[derive(Debug)]
struct Family {
    sort: String,
    samples: Vec<Sample>,
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars
        .next()
        .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    first && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Labels as they stand between braces, and what comes behind.
fn labels(mut rest: &str) -> (Labels, &str) {
    let mut labels = Labels::new();
    loop {
        let (name, behind) = rest.split_once("=\"").unwrap();
        assert!(is_name(name), "{name}");
        let mut value = String::new();
        let mut chars = behind.char_indices();
        let end = loop {
            match chars.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => match chars.next().unwrap().1 {
                    'n' => value.push('\n'),
                    c @ ('\\' | '"') => value.push(c),
                    c => panic!("\\{c} is no escape"),
                },
                (_, c) => value.push(c),
            }
        };
        assert!(
            labels.insert(name.to_owned(), value).is_none(),
            "{name} twice"
        );
        let behind = &behind[end + 1..];
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (labels, behind.strip_prefix('}').unwrap()),
        }
    }
}

fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap();
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest),
        None => (Labels::new(), rest),
    };
    let value = rest.strip_prefix(' ').unwrap();
    assert!(!value.contains(' '), "{line}");
    Sample {
        name: name.to_owned(),
        labels,
        value: value.parse().unwrap(),
    }
}

/// Reads a text. Each family says what it is before its samples, which stand together.
fn read(text: &str) -> BTreeMap<String, Family> {
    assert!(text.ends_with('\n'));
    let mut families: BTreeMap<String, Family> = BTreeMap::new();
    let mut at = String::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, words) = help.split_once(' ').unwrap();
            assert!(is_name(name) && words.ends_with('.'), "{line}");
            assert!(!families.contains_key(name), "{name} twice");
            name.clone_into(&mut at);
        } else if let Some(sort) = line.strip_prefix("# TYPE ") {
            let (name, sort) = sort.split_once(' ').unwrap();
            assert_eq!(name, at);
            let sort = sort.to_owned();
            let samples = Vec::new();
            families.insert(at.clone(), Family { sort, samples });
        } else {
            let sample = sample(line);
            let family = families.get_mut(&at).unwrap();
            let rest = sample.name.strip_prefix(&at).unwrap();
            let fits = match family.sort.as_str() {
                "histogram" => ["_bucket", "_sum", "_count"].contains(&rest),
                "counter" => rest.is_empty() && at.ends_with("_total"),
                "gauge" => rest.is_empty() && !at.ends_with("_total"),
                other => panic!("{other} is no type"),
            };
            assert!(fits, "{line}");
            family.samples.push(sample);
        }
    }
    families
}

#[test]
fn the_text_keeps_to_its_grammar_and_says_what_the_figures_are() {
    let stage = Stage::measured().unwrap();
    let written = text(stage.state());
    let families = read(&written);
    let mut seen = BTreeSet::new();
    for sample in families.values().flat_map(|family| &family.samples) {
        let series = format!("{} {:?}", sample.name, sample.labels);
        assert!(sample.value >= 0.0 && seen.insert(series), "{sample:?}");
    }
    let table = stage.state().metrics().over(Window::Ever, stage.now());
    let sum = |name: &str, label: &str, value: &str| {
        let samples = families[name].samples.iter();
        let of = samples.filter(|it| label.is_empty() || it.labels[label] == value);
        of.map(|it| it.value).sum::<f64>()
    };
    let all = table.total();
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let near = |got: f64, count: u64| (got - count as f64).abs() < 1e-6;
    assert!(near(sum("synod_tasks_total", "", ""), all.tasks()));
    assert!(near(
        sum("synod_calls_total", "outcome", "answered"),
        all.answered()
    ));
    assert!(near(sum("synod_call_failures_total", "", ""), all.failed()));
    assert!(near(
        sum("synod_answers_accepted", "", ""),
        all.acceptance().of
    ));
    let told = all.tokens().unwrap();
    let estimated = all.estimated_tokens().unwrap();
    let read = sum("synod_tokens_total", "direction", "input");
    assert!(near(read, told.input + estimated.input));
    let cost = sum("synod_cost_usd_total", "", "");
    assert!(near(cost * 1e6, all.micro_usd().unwrap()));
    let turned = stage.state().foresight().track().turned();
    let total = |name: &str| sum(&format!("synod_forecast_{name}"), "", "");
    assert!(turned.in_time.n > 0 && near(total("timed_tasks_total"), turned.in_time.n));
    assert!(near(total("kept_times_total"), turned.in_time.of));
    assert!(near(total("councils_agreed_total"), turned.agreed.of));
    assert!((total("time_ratio") - turned.pace.unwrap()).abs() < 1e-9);
    // No value stands for what is not known: this member's server tells no tokens and has no price.
    let unpriced = |it: &&Sample| it.labels["member"] == "local";
    assert_eq!(
        families["synod_cost_usd_total"]
            .samples
            .iter()
            .filter(unpriced)
            .count(),
        0
    );
}

#[test]
fn buckets_grow_up_to_the_count() {
    let stage = Stage::measured().unwrap();
    let families = read(&text(stage.state()));
    for name in ["synod_answer_seconds", "synod_first_text_seconds"] {
        let mut series: BTreeMap<(String, String), Vec<(f64, f64)>> = BTreeMap::new();
        let mut counts = BTreeMap::new();
        for sample in &families[name].samples {
            let whose = (
                sample.labels["member"].clone(),
                sample.labels["kind"].clone(),
            );
            if let Some(le) = sample.labels.get("le") {
                let le = le.replace("+Inf", "inf").parse().unwrap();
                series.entry(whose).or_default().push((le, sample.value));
            } else if sample.name.ends_with("_count") {
                counts.insert(whose, sample.value);
            }
        }
        assert!(series.len() > 5 && series.len() == counts.len());
        for (whose, buckets) in series {
            let grows = |pair: &[(f64, f64)]| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1;
            assert!(buckets.windows(2).all(grows), "{buckets:?}");
            let (last, count) = buckets[buckets.len() - 1];
            assert!(last.is_infinite() && (count - counts[&whose]).abs() < 1e-9);
        }
    }
}

#[test]
fn an_empty_room_has_a_text_too() {
    let families = read(&text(&State::new()));
    assert_eq!(families["synod_tasks_total"].samples.len(), 0);
    assert_eq!(families["synod_forecast_time_ratio"].samples.len(), 0);
    assert!(
        families["synod_journal_events_total"].samples[0]
            .value
            .abs()
            < 1e-9
    );
}

#[test]
fn decimal_numbers_are_exact() {
    let shown = [
        (0, 1000),
        (128, 1000),
        (1024, 1000),
        (2_000_000, 1_000_000),
        (7, 1_000_000),
    ];
    let shown = shown.map(|(count, of)| parts(count, of));
    assert_eq!(shown, ["0", "0.128", "1.024", "2", "0.000007"]);
}
