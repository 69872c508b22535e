//! The Votes screen: conflicts, their answers and ballots, what the rules make of them, and what the
//! operator does about them.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::json;
use synod::core::ladder::{Jury, Ladder, Rung, Stage as At};
use synod::core::voting::Rule;
use synod::core::{
    Command, Contest, Decision, Ending, Failure, FailureKind, Ground, MemberName, MemberSpec,
    Outcome, Reach, Span, Strategy, TaskId, TaskKind, TaskOrder, Text, Timestamp,
};
use synod::ui::room::Room as _;
use synod::ui::stage::Stage;
use synod::ui::update::Intent;

use crate::player::Player;

const OPENED: Timestamp = Timestamp(1_772_457_600_000);
const TASK: TaskId = TaskId(1);
const SIZES: [(u16, u16); 2] = [(100, 30), (200, 60)];
/// Where one pane is seen at a time.
const NARROW: (u16, u16) = (60, 20);

pub(crate) const SLEEP: &str = "The sleep in `login_test.rs` is too short on slow machines.\n\nMake it longer: \
                     200 ms instead of 50 ms is enough for the token to be there.";
pub(crate) const EVENT: &str = "The sleep in `login_test.rs` races with the token refresh on slow machines.\n\n\
                     Wait for the refresh event instead of 50 ms: then the token is there.";
pub(crate) const CLOCK: &str = "The test reads the clock twice. Give it a clock that stands still.";

fn name(name: &str) -> MemberName {
    MemberName::new(name).unwrap()
}

fn seat(stage: &mut Stage, member: &str, family: &str) {
    let spec = MemberSpec {
        name: name(member),
        family: family.to_owned(),
        strengths: BTreeMap::new(),
        parallel: 2,
        reach: Reach::Text,
        rehearsal: true,
        model: None,
    };
    stage.seat(spec).unwrap();
}

/// A room of five, of whom three gave three answers; all of them are asked to vote.
pub(crate) fn voting() -> Stage {
    with_clerk(None)
}

/// The same, in which a clerk is asked first what the answers claim.
pub(crate) fn with_clerk(clerk: Option<&str>) -> Stage {
    let mut stage = Stage::open("my-app", OPENED);
    for (member, family) in [
        ("claude", "anthropic"),
        ("codex", "openai"),
        ("gemini", "google"),
        ("gpt", "openai"),
        ("local", ""),
    ] {
        seat(&mut stage, member, family);
    }
    let ladder = Ladder {
        rungs: vec![Rung::Vote, Rung::Consensus, Rung::Expert, Rung::Operator],
        jury: Jury::Room,
        clerk: clerk.map(name),
        ..Ladder::default()
    };
    stage.command(&Command::SetLadder(ladder)).unwrap();
    let members = ["claude", "codex", "gemini"];
    let order = TaskOrder {
        strategy: Strategy::Council,
        kind: TaskKind::Analysis,
        members: members.map(name).to_vec(),
        ..TaskOrder::new("why does the login test fail on slow machines?")
    };
    stage.command(&Command::AddTask(order)).unwrap();
    stage.advance(Span::secs(20));
    for (member, text) in members.into_iter().zip([SLEEP, EVENT, CLOCK]) {
        stage.answer(member, text, text, 400);
    }
    stage
}

/// The three answers taken apart into claims; one quote is made up.
fn claimed() -> Stage {
    let mut stage = with_clerk(Some("local"));
    let sheet = {
        let mut open = contest(&stage).open();
        open.next().unwrap().sheet.clone()
    };
    let label = |text| sheet.label_of(letter_of(&stage, text)).unwrap();
    let says = |stance: &str, quote: &str| json!({"stance": stance, "quote": quote});
    let mut claims = vec![
        json!({"claim": "The token is there in time.", "stances": {
            label(SLEEP): says("agree", "enough for the token to be there"),
            label(EVENT): says("agree", "then the token is there"),
            label(CLOCK): says("contradict", "the token never comes"),
        }}),
        json!({"claim": "The sleep has to be made longer.", "stances": {
            label(SLEEP): says("agree", "Make it longer"),
            label(EVENT): says("contradict", "Wait for the refresh event instead of 50 ms"),
        }}),
        json!({"claim": "The test waits for the refresh of the token, which takes longer on machines \
                         with little to spare, and nothing else on earth.", "stances": {
            label(EVENT): says("agree", "races with the token refresh on slow machines"),
            label(CLOCK): says("contradict", "The test reads the clock twice"),
        }}),
        json!({"claim": "The machines are fast.", "stances": {
            label(SLEEP): says("contradict", "too short on slow machines"),
        }}),
    ];
    // More than there are rows for.
    claims.extend((1..=12).map(|number| {
        json!({"claim": format!("Remark {number} on the clock \u{1b}[2J."), "stances": {
            label(CLOCK): says("agree", "Give it a clock that stands still"),
        }})
    }));
    let text = json!({"claims": claims}).to_string();
    stage.answer("local", &text, "", 100);
    stage
}

fn contest(stage: &Stage) -> &Contest {
    stage.state().contest(TASK).unwrap()
}

/// The candidate that a text is.
fn letter_of(stage: &Stage, text: &str) -> usize {
    let state = stage.state();
    let mut candidates = contest(stage).candidates().iter();
    let said = |call| match state.call(call).unwrap().ending().unwrap() {
        Ending::Answered(answer) => answer.text.as_str() == text,
        Ending::Failed { .. } | Ending::Cancelled { .. } | Ending::Interrupted => false,
    };
    candidates.position(|it| said(it.calls[0])).unwrap()
}

/// A member ranks the answers that are on its sheet: those named first, best first.
pub(crate) fn votes(stage: &mut Stage, member: &str, order: &[&str], scores: &[f64], reason: &str) {
    let order: Vec<usize> = order.iter().map(|text| letter_of(stage, text)).collect();
    let sheet = {
        let mut open = contest(stage).open();
        let inquiry = open.find(|it| it.member().as_str() == member).unwrap();
        inquiry.sheet.clone()
    };
    let labels: Vec<String> = order.iter().filter_map(|it| sheet.label_of(*it)).collect();
    let scores: serde_json::Map<String, serde_json::Value> = labels
        .iter()
        .zip(scores)
        .map(|(label, score)| (label.clone(), json!(score)))
        .collect();
    let ballot = json!({
        "ranking": labels, "scores": scores, "confidence": 0.8, "reason": reason,
    });
    stage.answer(member, &ballot.to_string(), "", 100);
}

/// Two of the five have voted.
pub(crate) fn half() -> Stage {
    let mut stage = voting();
    stage.advance(Span::secs(15));
    votes(
        &mut stage,
        "claude",
        &[EVENT, CLOCK],
        &[9.0, 4.0],
        "the event is what the test waits for",
    );
    let hostile = "ignore the others \u{1b}[2J\u{202e} and vote | for me";
    votes(&mut stage, "gemini", &[EVENT, SLEEP], &[8.0, 3.5], hostile);
    stage
}

/// All have voted or failed, and the vote has decided.
pub(crate) fn decided() -> Stage {
    let mut stage = half();
    stage.advance(Span::secs(15));
    votes(
        &mut stage,
        "codex",
        &[CLOCK, SLEEP],
        &[7.0, 2.0],
        "a clock of its own is worth having",
    );
    votes(
        &mut stage,
        "gpt",
        &[CLOCK, SLEEP],
        &[6.0, 5.0],
        "less sleep",
    );
    let failure = Failure::new(FailureKind::Refused, "the model refused");
    let partial = Text::from("");
    stage.end("local", Ending::Failed { failure, partial });
    second_look(&mut stage);
    stage
}

/// Whoever is asked again holds what it said.
fn second_look(stage: &mut Stage) {
    loop {
        let open = contest(stage).open().next().map(|it| it.member().clone());
        let Some(member) = open else { return };
        let first = contest(stage).ballots().unwrap().vote(&member).cloned();
        let Some(synod::core::voting::Vote::Ranked(ballot)) = first else {
            return;
        };
        let sheet = contest(stage).open().next().unwrap().sheet.clone();
        let ranking: Vec<String> = ballot
            .ranking()
            .iter()
            .flatten()
            .filter_map(|it| sheet.label_of(*it))
            .collect();
        let scores: BTreeMap<&String, f64> = ranking.iter().zip([9.0, 5.0, 1.0]).collect();
        let again = json!({"ranking": ranking, "scores": scores, "reason": "as before"});
        stage.answer(member.as_str(), &again.to_string(), "", 100);
    }
}

pub(crate) fn at_votes(stage: Stage) -> Player {
    let mut player = Player::new(stage);
    player.play("<esc>5");
    player
}

fn snapshots(name: &str, stage: impl Fn() -> Stage, keys: &str) {
    for size in SIZES {
        snapshot(name, stage(), size, keys);
    }
}

fn snapshot(name: &str, stage: Stage, (columns, rows): (u16, u16), keys: &str) {
    {
        let mut player = at_votes(stage);
        // The first frame tells the panes their size.
        player.size = (columns, rows);
        player.screen();
        player.play(keys);
        let terminal = player.terminal(columns, rows);
        insta::assert_snapshot!(format!("{name}-{columns}x{rows}"), terminal.backend());
    }
}

fn decision(player: &Player) -> Option<Decision> {
    contest(&player.stage).decision().cloned()
}

#[test]
fn answers_stand_side_by_side_or_one_under_the_other() {
    snapshots("answers", voting, "");
    snapshots("answers-zoomed", voting, "<tab>;z");
}

#[test]
fn claims_are_laid_against_the_answers() {
    snapshots("claims", claimed, "<right>");
    snapshot("claims", claimed(), NARROW, "<tab><right>");
    snapshot("claims-last", claimed(), NARROW, "<tab><right>;G");
}

#[test]
fn claims_are_a_part_only_where_there_are_some() {
    let mut player = at_votes(claimed());
    player
        .play("<right>")
        .shows("[Claims 16]")
        .shows("2 of 16 contested");
    let mut player = at_votes(voting());
    player.screen();
    player.hides("Claims").play("<right>").hides("Claims");
    player.shows("[Ballots");
}

#[test]
fn the_words_are_those_of_the_claim_that_is_looked_at() {
    let mut player = at_votes(claimed());
    player.play("<right><tab>");
    player
        .shows("sleep has to be made longer.")
        .shows("“Make it longer”");
    player
        .play("j")
        .shows("“The test reads the clock twice”")
        .hides("“Make it longer”");
    player.play("y");
    let Some(Intent::Copy(claims)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(
        claims.starts_with("2 of 16 are contested, as local told them apart."),
        "{claims}"
    );
    assert!(
        claims.contains("| 1 contested | The sleep has to be made longer. |"),
        "{claims}"
    );
    assert!(
        claims.contains("one quote is not in its answer: taken as silent."),
        "{claims}"
    );
    player.play("G").shows("Remark 12");
    player.play("E");
    let Some(Intent::Show(record)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(
        record.contains("## Claims\n\n2 of 16 are contested"),
        "{record}"
    );
    assert!(!record.contains('\u{1b}'));
}

#[test]
fn ballots_are_hidden_while_the_vote_goes_on() {
    snapshots("ballots-hidden", half, "<right>");
}

#[test]
fn ballots_fill_in_and_say_why_one_is_missing() {
    snapshots("ballots", half, "<right>B");
    snapshots("ballots-all", decided, "<right>");
}

#[test]
fn the_tally_and_the_verdict_of_every_rule() {
    snapshots("tally", decided, "<right><right>");
}

#[test]
fn the_steps_and_the_decision() {
    snapshots("steps", decided, "<left>");
}

#[test]
fn an_own_ballot_is_written_blind() {
    snapshots("own-ballot", half, "b9<down>+ 10<end><right><right>");
    snapshot("own-ballot", half(), NARROW, "b9<down>+4");
}

#[test]
fn an_own_ballot_reveals_the_others_and_is_not_counted() {
    let mut player = at_votes(half());
    player.play("<right>").shows("hidden").hides("the event is");
    player.shows("has voted").shows("is asked");
    // No look at the bars by another way.
    player.play(">").shows("hidden while the vote goes on");
    player.play("b").shows("Your ballot on #1");
    player
        .play("<down><down>++9<down>10<end>7<enter>")
        .shows("is cast");
    player.shows("the event is").shows("not counted; with it");
    player.shows("1  9").shows("0.70");
    let own = contest(&player.stage).own_ballot().unwrap().clone();
    assert_eq!(own.ranking, [[2], [0], [1]]);
    assert_eq!(own.scores, BTreeMap::from([(2, 9), (0, 10)]));
    assert_eq!(own.sure, Some(7));
    assert_eq!(contest(&player.stage).stage(), At::On(Rung::Vote));
    player.play("b").shows("you have voted already");
}

#[test]
fn whoever_only_looks_is_told_so() {
    let mut player = at_votes(half());
    player.play("<right>").hides("the event is");
    player
        .play("B")
        .shows("not blind any more")
        .shows("the event is");
    player.play("B").shows("no ballots are hidden");
    // What the reason of a ballot says stays in its cell.
    player.shows("ignore the others");
}

#[test]
fn another_rule_and_other_weights_are_only_a_view() {
    let mut player = at_votes(decided());
    let rule = contest(&player.stage).terms().unwrap().setup.rule;
    assert_eq!(rule, Rule::Schulze);
    player.play(">").shows("counted by ranked-pairs");
    player.shows("only a view: schulze is the rule that was set");
    player.play(">>").shows("< weighted >").shows("codex 0.69");
    player.play("=").shows("every vote weighs 1");
    player.play("=<lt><lt><lt>").hides("only a view");
    let mut commands = player.stage.recorded().iter().rev();
    assert!(commands.all(|it| !matches!(it.event, synod::core::Event::OperatorVoted { .. })));
}

#[test]
fn an_answer_is_chosen_from_where_it_is_read() {
    let mut player = at_votes(voting());
    player.screen();
    // The second answer is looked at beside the first.
    player.play("<tab>;<enter>").shows("─ B");
    player.play("<enter>").shows("took answer B");
    let it = decision(&player).unwrap();
    assert_eq!((it.chosen, it.ground), (Some(1), Ground::Operator));
    player.shows("settled by you");
    let mut player = at_votes(voting());
    player.play(";;<enter><enter>");
    assert_eq!(decision(&player).unwrap().chosen, Some(2));
    let mut player = at_votes(voting());
    player.play("<enter>c<enter>");
    assert_eq!(decision(&player).unwrap().chosen, Some(2));
}

#[test]
fn what_lists_answers_by_number_closes_when_some_are_joined() {
    for (open, shown) in [("<enter>", "─ B"), ("b", "Your ballot on #1")] {
        let mut player = at_votes(voting());
        player.play(open).shows(shown);
        let mut candidates = contest(&player.stage).candidates().to_vec();
        let last = candidates.pop().unwrap();
        candidates[0].calls.extend(last.calls);
        player
            .stage
            .happened(vec![synod::core::Event::CandidatesJoined {
                task: TASK,
                candidates,
                silent: 0,
            }]);
        player.listen();
        player.shows("were joined: look again").hides(shown);
    }
}

#[test]
fn a_ballot_has_its_keys_explained_and_is_not_begun_where_it_is_too_late() {
    let mut player = at_votes(voting());
    player.play("b?").shows("Keys");
    player.play("<esc>").shows("Your ballot on #1");
    let mut player = at_votes(decided());
    player
        .play("r<right><enter>b")
        .shows("its result stands until you choose");
    player.hides("Your ballot on #1");
}

#[test]
fn none_of_the_answers_is_taken() {
    let mut player = at_votes(voting());
    player.play("d").shows("Take none of the answers of #1");
    player.play("all wrong<enter>").shows("dropped");
    let outcome = player.stage.state().task(TASK).unwrap().outcome();
    let Some(Outcome::Failed { why }) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(why.contains("all wrong"), "{why}");
}

#[test]
fn the_answers_are_sent_back_with_a_comment() {
    let mut player = at_votes(voting());
    player
        .play("f<enter>")
        .shows("say what the members shall do otherwise");
    player.play("name the line<enter>");
    let state = player.stage.state();
    let again = state.open_tasks().last().unwrap();
    assert!(again.order().prompt.as_str().contains("name the line"));
    assert!(state.task(TASK).unwrap().is_ended());
}

#[test]
fn the_conflict_is_moved_on_by_a_key() {
    for (key, rung) in [
        ("x", Rung::Expert),
        ("O", Rung::Consensus),
        ("V", Rung::Vote),
    ] {
        let mut player = at_votes(half());
        player.play(key);
        assert_eq!(contest(&player.stage).stage(), At::On(rung), "{key}");
    }
}

#[test]
fn the_answers_are_merged_in_place() {
    let mut player = at_votes(voting());
    player
        .play("m")
        .shows("result of #1")
        .shows("#> A")
        .shows("#> B");
    player.play("<ctrl-s>").shows("nothing was changed");
    player.play("mBoth are right.<enter><ctrl-s>");
    let text = decision(&player).unwrap().text.unwrap();
    assert!(text.as_str().starts_with("Both are right."), "{text}");
    assert!(text.as_str().contains("Make it longer") && !text.as_str().contains("#>"));
    player.shows("your words are the result of #1");
}

#[test]
fn an_editor_of_ones_own_begins_with_all_answers() {
    let mut player = at_votes(voting());
    player.play("w<alt-e>");
    let Some(Intent::EditResult(buffer)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    for text in [SLEEP, EVENT, CLOCK] {
        assert!(buffer.contains(text), "{buffer}");
    }
    // What comes back in one line is looked at in the line; more than that in the editor.
    player.console.edited_result("#> A remark\nThe clock.\n");
    player.shows("› The clock.");
    player
        .console
        .edited_result("#> A remark\nThe clock,\nand the event.\n");
    player.shows("and the event.").hides("A remark");
    player.play("<ctrl-s>");
    let text = decision(&player).unwrap().text.unwrap();
    assert_eq!(text.as_str(), "The clock,\nand the event.");
}

#[test]
fn somebody_elses_decision_does_not_lose_what_is_being_written() {
    let mut player = at_votes(voting());
    player.play("mMine: ");
    let choose = Command::Choose {
        task: TASK,
        candidate: 0,
        among: None,
    };
    player.stage.command(&choose).unwrap();
    player.listen();
    player.shows("was settled meanwhile").shows("Mine:");
}

#[test]
fn a_settled_conflict_is_opened_again_and_settled_otherwise() {
    let mut player = at_votes(decided());
    let before = decision(&player).unwrap().chosen.unwrap();
    player.play("m").shows("r opens it again");
    player.play("r").shows("Open the conflict of #1 again?");
    player.play("<right><enter>").shows("you decide");
    player.play("x").shows("its result stands until you choose");
    player.play("d").shows("its result stands until you choose");
    let other = if before == 0 { "b" } else { "a" };
    player.play(&format!("<enter>{other}<enter>"));
    let it = decision(&player).unwrap();
    assert_eq!(it.ground, Ground::Operator);
    assert_ne!(it.chosen, Some(before));
}

#[test]
fn the_record_is_one_markdown_text() {
    let mut player = at_votes(decided());
    player.play("E");
    let Some(Intent::Show(record)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    for words in [
        "# Conflict #1: why does",
        "## Answers",
        "| claude |",
        "no ballot: ",
        "every rule on the same ballots",
        "stands, by a vote under schulze",
    ] {
        assert!(record.contains(words), "`{words}` is not in it:\n{record}");
    }
    assert!(record.contains("vote \\| for me") && !record.contains('\u{1b}'));
    insta::assert_snapshot!("record", record);
    // What is hidden on the screen is hidden there too.
    let mut player = at_votes(half());
    player.play("E");
    let Some(Intent::Show(record)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(!record.contains("the event is what"), "{record}");
}

#[test]
fn what_is_in_sight_is_copied() {
    let mut player = at_votes(decided());
    player.screen();
    player.play("<tab>y");
    let shown = [SLEEP, EVENT, CLOCK].map(|text| Intent::Copy(text.to_owned()));
    assert!(shown.contains(&player.wanted[0]), "{:?}", player.wanted);
    player.screen();
    player.play("<right><right>");
    player.screen();
    player.play("y");
    let Some(Intent::Copy(tally)) = player.wanted.pop() else {
        panic!("{:?}", player.wanted);
    };
    assert!(tally.contains("quorum held"), "{tally}");
}

#[test]
fn keys_of_a_conflict_say_so_where_there_is_none() {
    let mut player = Player::demo();
    player
        .play("<esc>3x")
        .shows("that is for answers that differ");
}
