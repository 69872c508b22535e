//! Tests of one level: what the real binary, built with the feature `otel`, sends to a collector.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests on the real machine: its clock, its environment"
)]

mod collector;
#[path = "../end_to_end/home.rs"]
#[expect(dead_code, reason = "this level needs a part of it")]
mod home;
#[path = "../end_to_end/processes.rs"]
#[expect(dead_code, reason = "this level needs a part of it")]
mod processes;

use std::collections::BTreeSet;
use std::process::Output;

use collector::{Collector, mark, metrics, points, spans};
use home::{Home, text};
use opentelemetry_proto::tonic::metrics::v1::Metric;

/// One that answers and one that refuses what it is told to.
const MEMBERS: &str = "[room]\nhub = \"builtin\"\n\
     [[member]]\nname = \"ann\"\nadapter = \"rehearsal\"\nfamily = \"acme\"\n\
     rehearsal = { persona = \"terse\", seed = 1 }\n\
     [[member]]\nname = \"ben\"\nadapter = \"rehearsal\"\nfamily = \"emca\"\n\
     rehearsal = { persona = \"terse\", seed = 2 }\n";

/// Runs a subcommand with variables of its own.
fn with(home: &Home, variables: &[(&str, &str)], args: &[&str]) -> Output {
    let mut command = home.command(args);
    command.envs(variables.iter().copied());
    command.output().unwrap()
}

fn ok(home: &Home, variables: &[(&str, &str)], args: &[&str]) -> String {
    let output = with(home, variables, args);
    let told = text(&output.stderr);
    assert!(output.status.success(), "{args:?}: {told}");
    text(&output.stdout)
}

fn log(home: &Home) -> String {
    std::fs::read_to_string(home.room("room.log")).unwrap()
}

/// Where nobody listens.
fn nowhere() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

#[test]
fn a_room_tells_of_its_tasks_and_turns_and_of_no_text() {
    let collector = Collector::start();
    let home = Home::new();
    home.configure(MEMBERS);
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=a%20b"),
        ("OTEL_SERVICE_NAME", "my-room"),
        (
            "OTEL_RESOURCE_ATTRIBUTES",
            "deployment.environment.name=test",
        ),
    ];
    let both = ["run", "-m", "ann", "-m", "ben", "--strategy", "council"];
    let prompt = "Which way? [[final:left]] [[say:a whispered word]]";
    ok(&home, &variables, &[&both[..], &[prompt]].concat());
    let failing = ["run", "-m", "ben", "[[fail:a muttered refusal]]"];
    assert_eq!(with(&home, &variables, &failing).status.code(), Some(1));
    home.ok(&["stop"]);

    let requests = collector.requests();
    let paths: BTreeSet<&str> = requests.iter().map(|it| it.path.as_str()).collect();
    assert_eq!(paths, BTreeSet::from(["/v1/metrics", "/v1/traces"]));
    for request in &requests {
        let kind = request.header("content-type");
        assert_eq!(kind, Some("application/x-protobuf"));
        assert_eq!(request.header("x-key"), Some("a b"));
        let body = String::from_utf8_lossy(&request.body);
        for word in ["Which way", "whispered", "muttered", "left"] {
            assert!(!body.contains(word), "`{word}` was sent: {body}");
        }
    }

    let spans = spans(&requests);
    let names: Vec<&str> = spans.iter().map(|it| it.0.name.as_str()).collect();
    for (name, count) in [
        ("invoke_workflow council", 1),
        ("invoke_workflow solo", 1),
        ("invoke_agent ann", 1),
    ] {
        let found = names.iter().filter(|one| **one == name).count();
        assert_eq!(found, count, "{name} in {names:?}");
    }
    let of = |name: &str, task: &str| {
        let mut all = spans.iter().map(|it| &it.0);
        let found = all.find(|span| {
            span.name == name && mark(&span.attributes, "synod.task.id").as_deref() == Some(task)
        });
        found.unwrap_or_else(|| panic!("no {name} of task {task} in {names:?}"))
    };
    let council = of("invoke_workflow council", "1");
    for member in ["ann", "ben"] {
        let turn = of(&format!("invoke_agent {member}"), "1");
        assert_eq!(turn.parent_span_id, council.span_id);
        assert_eq!(turn.trace_id, council.trace_id);
        assert!(council.start_time_unix_nano <= turn.start_time_unix_nano);
        assert!(turn.end_time_unix_nano <= council.end_time_unix_nano);
    }
    let turn = of("invoke_agent ann", "1");
    for (name, value) in [
        ("gen_ai.operation.name", "invoke_agent"),
        ("gen_ai.provider.name", "acme"),
        ("gen_ai.agent.name", "ann"),
        ("gen_ai.conversation.id", "s1"),
        ("synod.turn.outcome", "answered"),
    ] {
        let found = mark(&turn.attributes, name);
        assert_eq!(found.as_deref(), Some(value), "{name}");
    }
    let output = mark(&turn.attributes, "gen_ai.usage.output_tokens").unwrap();
    assert!(output.parse::<u64>().unwrap() > 0);
    assert!(council.parent_span_id.is_empty());
    let failed = of("invoke_agent ben", "2");
    let error = mark(&failed.attributes, "error.type");
    assert_eq!(error.as_deref(), Some("refused"));
    assert_eq!(failed.status.as_ref().unwrap().code, 2);
    let (_, resource, scope) = &spans[0];
    for (name, value) in [
        ("service.name", "my-room"),
        ("synod.room", "project"),
        ("deployment.environment.name", "test"),
    ] {
        assert_eq!(mark(resource, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(scope.name, "synod");
    let turns = names.iter().filter(|name| name.starts_with("invoke_agent"));
    measured(&metrics(&requests), turns.count() as u64);
}

/// Looks at the metrics of so many turns.
fn measured(metrics: &[Metric], turns: u64) {
    let durations = points(metrics, "gen_ai.client.operation.duration");
    let count = durations.iter().map(|point| point.count).sum::<u64>();
    assert_eq!(count, turns);
    let refused = durations
        .iter()
        .find(|point| mark(&point.attributes, "error.type").as_deref() == Some("refused"));
    let member = mark(&refused.unwrap().attributes, "gen_ai.agent.name");
    assert_eq!(member.as_deref(), Some("ben"));
    let tokens = points(metrics, "gen_ai.client.token.usage");
    let sorts: BTreeSet<Option<String>> = tokens
        .iter()
        .map(|point| mark(&point.attributes, "gen_ai.token.type"))
        .collect();
    let sort = |sort: &str| Some(sort.to_owned());
    assert_eq!(sorts, BTreeSet::from([sort("input"), sort("output")]));
    let first = points(metrics, "gen_ai.client.operation.time_to_first_chunk");
    assert!(first.iter().map(|point| point.count).sum::<u64>() >= 2);
}

#[test]
fn a_trace_goes_on_after_a_restart_and_a_room_that_is_told_nothing_sends_nothing() {
    let collector = Collector::start();
    let home = Home::new();
    home.configure(MEMBERS);
    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address())];
    ok(&home, &variables, &["run", "-m", "ann", "[[say:one]]"]);
    home.ok(&["stop"]);
    let before = spans(&collector.requests());
    for off in [&[][..], &[variables[0], ("OTEL_SDK_DISABLED", "true")]] {
        ok(&home, off, &["run", "-m", "ann", "[[say:two]]"]);
        home.ok(&["stop"]);
        assert_eq!(spans(&collector.requests()).len(), before.len());
    }
    ok(&home, &variables, &["run", "-m", "ann", "[[say:three]]"]);
    home.ok(&["stop"]);
    let after = spans(&collector.requests());
    let tasks: Vec<_> = after
        .iter()
        .filter(|it| it.0.name == "invoke_workflow solo")
        .filter_map(|it| mark(&it.0.attributes, "synod.task.id"))
        .collect();
    assert_eq!(tasks, ["1", "4"]);
    let (_, resource, _) = &after[0];
    assert_eq!(mark(resource, "service.name").as_deref(), Some("synod"));
}

#[test]
fn a_collector_that_hangs_or_is_not_there_holds_up_nothing() {
    let hanging = Collector::hanging();
    for address in [hanging.address().to_owned(), nowhere()] {
        let home = Home::new();
        home.configure(MEMBERS);
        let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", address.as_str())];
        ok(&home, &variables, &["run", "-m", "ann", "[[say:one]]"]);
        home.ok(&["stop"]);
        let log = log(&home);
        let told = log.matches("telemetry does not get through").count();
        assert_eq!(told, 1, "{log}");
        assert!(log.contains("lost=2"), "{log}");
        assert!(!log.contains("something did not end in time"), "{log}");
    }
    assert!(!hanging.requests().is_empty());
}

#[test]
fn what_is_set_wrongly_is_said_with_its_place_and_a_project_is_confirmed_first() {
    let home = Home::new();
    home.configure(MEMBERS);
    let grpc = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
    ];
    for (variables, said) in [
        (
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")][..],
            "environment variable OTEL_EXPORTER_OTLP_ENDPOINT: `OTEL_EXPORTER_OTLP_ENDPOINT` is \"localhost:4317\", \
             but it must be an address that starts with http:// or https://",
        ),
        (&grpc, "environment variable OTEL_EXPORTER_OTLP_PROTOCOL"),
    ] {
        let output = with(&home, variables, &["run", "-m", "ann", "hi"]);
        let told = text(&output.stderr);
        assert!(!output.status.success() && told.contains(said), "{told}");
    }
    home.write_config(&format!("{MEMBERS}[telemetry]\nendpoint = \"nowhere\"\n"));
    let told = text(&home.synod(&["run", "-m", "ann", "hi"]).stderr);
    assert!(
        told.contains("synod.toml:14:12: `endpoint` is \"nowhere\""),
        "{told}"
    );

    let collector = Collector::start();
    let address = collector.address();
    let file = format!(
        "{MEMBERS}[telemetry]\nendpoint = \"{address}/in\"\nservice = \"ours\"\n\
         headers = {{ authorization = {{ from = \"env\", name = \"TOKEN\" }} }}\n"
    );
    home.write_config(&file);
    let token = [("TOKEN", "Bearer secret")];
    ok(&home, &token, &["run", "-m", "ann", "[[say:one]]"]);
    home.ok(&["stop"]);
    assert!(collector.requests().is_empty());
    assert!(log(&home).contains("where telemetry is sent is not confirmed"));
    home.configure(&file);
    ok(&home, &token, &["run", "-m", "ann", "[[say:two]]"]);
    home.ok(&["stop"]);
    let requests = collector.requests();
    assert!(
        requests
            .iter()
            .all(|it| it.header("authorization") == Some("Bearer secret"))
    );
    let traces = requests.iter().find(|it| it.path == "/in/v1/traces");
    let (_, resource, _) = &spans(&[traces.unwrap().clone()])[0];
    assert_eq!(mark(resource, "service.name").as_deref(), Some("ours"));
    let shown = ok(&home, &token, &["config"]);
    assert!(!shown.contains("secret"), "{shown}");
    assert!(shown.contains("from environment variable TOKEN"), "{shown}");
}
