//! Questions of servers, answered by keys.

use pretty_assertions::assert_eq;
use synod::core::Reply;
use synod::ui::update::Intent;

use crate::keys::resolutions;
use crate::player::Player;

/// The demo room with one more question: that of `request`.
fn asked(request: synod::core::Request) -> Player {
    let mut stage = synod::ui::stage::Stage::demo().unwrap();
    stage.ask("streaming", request);
    Player::new(stage)
}

fn form(schema: &str) -> Player {
    asked(synod::core::Request::Form {
        message: "Which one?".into(),
        schema: schema.into(),
    })
}

#[test]
fn leave_for_the_session_is_one_key() {
    let mut player = Player::demo();
    player.play("<esc>6<down>s");
    assert_eq!(resolutions(&player)[0].reply, Reply::AllowForSession);
}

#[test]
fn a_form_is_filled_field_by_field_and_esc_leaves_it_waiting() {
    let mut player = form(
        r#"{"properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 18},
            "news": {"type": "boolean"}}, "required": ["age"]}"#,
    );
    player
        .play("<esc>6<end>a")
        .shows("streaming asks")
        .shows("age *");
    player
        .play("7<enter>")
        .shows("it is a whole number of at least 18");
    player.play("<esc>").shows("3 need you");
    assert_eq!(resolutions(&player), []);
    player.play("<enter>42<tab>Ada<tab> <enter>");
    let Reply::Fill { content } = &resolutions(&player)[0].reply else {
        panic!("not filled");
    };
    assert_eq!(content.as_str(), r#"{"age":42,"name":"Ada","news":true}"#);
}

#[test]
fn a_form_without_fields_is_a_question_for_a_yes() {
    let mut player = form(r#"{"type": "object", "properties": {}}"#);
    player.play("<esc>6<end>a");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
}

#[test]
fn a_form_that_nobody_can_fill_says_so_and_can_be_declined() {
    let mut player = form(r#"{"properties": {"x": {"type": "object"}}, "required": ["x"]}"#);
    player
        .play("<esc>6<end>")
        .shows("nobody can fill this form in");
    player.play("a").shows("nobody can fill this form in");
    player.play("d<enter>");
    assert!(matches!(resolutions(&player)[0].reply, Reply::Deny { .. }));
}

#[test]
fn an_address_is_copied_and_confirmed_and_never_opened() {
    let url = "https://example.org/login?id=7";
    let mut player = asked(synod::core::Request::Url {
        message: "Log in there.".into(),
        url: url.to_owned(),
    });
    player.play("<esc>6<end>y").shows("Log in there.");
    assert_eq!(player.wanted, [Intent::Copy(url.to_owned())]);
    player.play("s").shows("it can only be allowed once");
    player.play("a");
    assert_eq!(resolutions(&player)[0].reply, Reply::Allow);
}
