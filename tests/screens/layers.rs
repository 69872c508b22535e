//! What layers and the line at the bottom say of themselves: their keys, what is out of sight, and
//! how long a message stays.

use pretty_assertions::assert_eq;
use synod::core::Span;
use synod::ui::room::{Room as _, RoomEvent};

use crate::player::Player;

#[test]
fn what_was_told_fades_with_the_time_and_goes_at_a_key() {
    for (event, seconds) in [
        (RoomEvent::Done("it is done".to_owned()), 6),
        (RoomEvent::Refused("it is not".to_owned()), 12),
    ] {
        let mut player = Player::demo();
        player.play("<esc>").hear(event.clone()).shows("it is ");
        let now = player.stage.now();
        assert!(!player.console.fade(now));
        let span = Span::secs(seconds);
        assert_eq!(player.console.fades_in(now), Some(span));
        assert!(!player.console.fade(now.after(Span(span.0 - 1))));
        player.shows("it is ");
        assert!(player.console.fade(now.after(span)));
        player.hides("it is ");
        // Nothing is left to wake for.
        assert_eq!(player.console.fades_in(now), None);
        player.hear(event).play("j").hides("it is ");
    }
}

#[test]
fn hints_of_a_layer_say_what_its_keys_do() {
    let mut player = Player::demo();
    for (keys, enter) in [
        ("?", None),
        ("c", None),
        ("<ctrl-p>", Some("Enter do it")),
        ("2F", Some("Enter fork")),
        ("2N", Some("Enter rename")),
        ("Q", None),
    ] {
        player.play("<esc><esc>").play(keys).hides("Enter confirm");
        if let Some(enter) = enter {
            player.shows(enter);
        }
    }
}

#[test]
fn layers_say_what_is_out_of_sight() {
    let mut player = Player::demo();
    player.size = (80, 24);
    player.play("<esc>?").shows("more below; Esc closes");
    player.play("G").shows("more above; Esc closes");
    player.play("<esc><ctrl-p>").shows("more below; ");
}
