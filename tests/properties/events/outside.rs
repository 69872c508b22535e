//! What others did to the shared memory: any edit, and any last word on one.

use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use synod::core::{Event, Import, NoteChange, NoteEnd, NoteOrder, OutsideEdit, Settled};

use super::{task_id, text, words};

/// What became of an edit.
pub(super) fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (words(), words(), settled()).prop_map(|(document, digest, how)| Event::EditSettled {
            document,
            digest,
            how,
        }),
        (task_id(), text()).prop_map(|(task, result)| Event::ResultReplaced { task, result }),
        order().prop_map(|order| Event::NoteOrdered { order }),
        (any::<u64>(), end()).prop_map(|(order, end)| Event::NoteSettled { order, end }),
    ]
}

pub(super) fn edit() -> impl Strategy<Value = OutsideEdit> {
    let import = prop_oneof![
        (task_id(), text()).prop_map(|(task, text)| Import::Result { task, text }),
        words().prop_map(|why| Import::Nothing { why }),
    ];
    let fields = (words(), words(), text(), import);
    fields.prop_map(|(document, digest, diff, import)| OutsideEdit {
        document,
        digest,
        diff,
        import,
    })
}

fn order() -> impl Strategy<Value = NoteOrder> {
    let change = prop_oneof![
        (of(text()), text()).prop_map(|(before, after)| NoteChange::Write { before, after }),
        (words(), text()).prop_map(|(to, text)| NoteChange::Rename { to, text }),
        text().prop_map(|before| NoteChange::Delete { before }),
    ];
    let fields = (any::<u64>(), words(), change, of(any::<u64>()));
    fields.prop_map(|(id, name, change, undoes)| NoteOrder {
        id,
        name,
        change,
        undoes,
    })
}

fn end() -> impl Strategy<Value = NoteEnd> {
    prop_oneof![
        Just(NoteEnd::Done),
        Just(NoteEnd::Changed),
        words().prop_map(|why| NoteEnd::Refused { why }),
    ]
}

fn settled() -> impl Strategy<Value = Settled> {
    select(vec![
        Settled::Imported,
        Settled::KeptAside,
        Settled::Overwritten,
    ])
}
