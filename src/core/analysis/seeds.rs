//! What hints at a kind before anybody has corrected anything: words, first words and marks.
//!
//! They are the weights that the classifier begins with, and corrections move them like any others.

use crate::core::analysis::classifier::moved;
use crate::core::analysis::features::{Asking, Mark};
use crate::core::analysis::terms::{hints, mark_place, verb_place};
use crate::core::{OwnKind, TaskKind};

/// What a word that hints at a kind weighs.
const WORD: f32 = 5.0;
/// What a first word weighs that says what to do.
const VERB: f32 = 4.0;
/// What a mark weighs.
const MARK: f32 = 3.0;

/// The hints at one kind.
struct Seeds {
    words: &'static str,
    verbs: &'static str,
    marks: &'static [Mark],
}

/// The hints at a kind that every room has.
fn seeds(kind: TaskKind) -> Seeds {
    match kind {
        TaskKind::General | TaskKind::Own(_) => Seeds {
            words: "hello hi hey thanks thank ok okay",
            verbs: "",
            marks: &[],
        },
        TaskKind::Code => Seeds {
            words: "implement function method class module struct enum interface trait generic \
                    refactor rename parser api endpoint handler library crate package script cli \
                    flag argument option parameter code coding program programming algorithm \
                    compile type typed async iterator loop regex parse serialise serialize json \
                    unit test tests mock fixture button component frontend backend widget form \
                    rust python javascript typescript java golang react html css sql query feature \
                    helper callback field struct variable wrapper boilerplate dependency",
            verbs: "implement add write refactor port extend rename convert build replace integrate \
                    remove optimise optimize generate migrate",
            marks: &[Mark::Fence, Mark::Path],
        },
        TaskKind::Review => Seeds {
            words: "review reviewing reviewer critique feedback pr pull request merge diff patch \
                    commit approve approval nitpick audit assess evaluate quality readability \
                    convention style guideline inspect proofread judge acceptable objections flaws \
                    weaknesses vulnerabilities secure",
            verbs: "review check audit assess evaluate critique inspect judge rate verify",
            marks: &[Mark::Diff],
        },
        TaskKind::Debugging => Seeds {
            words: "bug debug debugging crash crashes error errors exception fails failing failed \
                    failure broken fix stack trace traceback panic panics segfault deadlock race \
                    hang hangs leak leaks reproduce regression flaky wrong unexpected undefined null \
                    none nullpointer overflow timeout intermittent throws stuck freeze corrupted \
                    symptom breaks stopped misbehaves",
            verbs: "fix debug diagnose reproduce trace",
            marks: &[Mark::Trace],
        },
        TaskKind::Reasoning => Seeds {
            words: "prove proof theorem lemma calculate compute solve equation integral derivative \
                    probability puzzle logic logical deduce infer induction sum product triangle \
                    integer prime number divisible remainder maximum minimum polynomial matrix \
                    geometry algebra combinatorics step riddle speed km hours cost dollars \
                    percent percentage average ratio total how many each twice half contradiction",
            verbs: "prove solve calculate compute derive determine estimate",
            marks: &[Mark::Formula, Mark::Numbers, Mark::Choices],
        },
        TaskKind::Analysis => Seeds {
            words: "analyse analyze analysis investigate explain understand why cause causes compare \
                    comparison difference differences trade tradeoff tradeoffs trend trends impact \
                    implications bottleneck performance profile architecture structure overview \
                    summarise summarize summary insight insights data works behaviour behavior \
                    depends relationship pattern patterns pros cons evidence root examine metrics",
            verbs: "analyse analyze investigate explain compare examine explore summarise summarize \
                    research study measure understand profile describe look",
            marks: &[Mark::Asks(Asking::Why), Mark::Asks(Asking::How)],
        },
        TaskKind::Creative => Seeds {
            words: "story poem poetry haiku limerick song lyrics novel fiction character characters \
                    plot slogan tagline brainstorm ideas idea name names brand invent imagine \
                    creative funny humorous joke metaphor narrative essay blog post tweet \
                    advertisement advert headline letter speech dialogue scene logo tone rhyme \
                    catchy playful whimsical product marketing copy",
            verbs: "brainstorm compose invent imagine sketch draw draft suggest propose",
            marks: &[],
        },
        TaskKind::Factual => Seeds {
            words: "capital population country president year date born died invented founded \
                    discovered definition define meaning called largest smallest tallest longest \
                    oldest city river mountain planet element chemical symbol author wrote language \
                    currency abbreviation stands acronym fact history war century located many which \
                    who when where default standard rfc",
            verbs: "define name list tell answer",
            marks: &[
                Mark::Asks(Asking::Who),
                Mark::Asks(Asking::What),
                Mark::Question,
            ],
        },
        TaskKind::Planning => Seeds {
            words: "plan planning roadmap milestone milestones schedule timeline sprint backlog \
                    prioritise prioritize priorities strategy phases phase steps breakdown break \
                    tasks task estimate estimates effort scope requirements design proposal \
                    architecture outline agenda week weeks month quarter goals organise organize \
                    rollout order sequence dependencies stakeholders decide approach",
            verbs: "plan outline schedule prioritise prioritize organise organize prepare split \
                    design propose",
            marks: &[],
        },
        TaskKind::Operations => Seeds {
            words: "deploy deployment server servers docker container containers kubernetes k8s \
                    cluster pod nginx systemd service restart install installation configure \
                    configuration ci cd pipeline github actions terraform ansible aws cloud gcp \
                    azure vm ssh dns tls certificate certificates backup backups restore monitor \
                    monitoring alert alerts logs logging disk memory cpu database postgres migration \
                    upgrade rollback release provision firewall port cron staging production \
                    infrastructure rotate secrets helm",
            verbs: "deploy install configure restart provision monitor upgrade restore rotate scale \
                    backup roll run setup set migrate start stop",
            marks: &[],
        },
    }
}

/// Puts the hints at a kind into its row.
pub(super) fn plant(row: &mut [i16], kind: TaskKind) {
    let seeds = seeds(kind);
    for word in seeds.words.split_whitespace() {
        add(row, &hints(word), WORD);
    }
    for verb in seeds.verbs.split_whitespace() {
        add(row, &[verb_place(verb)], VERB);
    }
    for mark in seeds.marks {
        add(row, &[mark_place(*mark)], MARK);
    }
}

/// Puts the hints at a kind of the room's own into its row.
pub(super) fn plant_own(row: &mut [i16], own: &OwnKind) {
    for word in &own.words {
        add(row, &hints(word), WORD);
    }
}

/// Takes them out again.
pub(super) fn uproot_own(row: &mut [i16], own: &OwnKind) {
    for word in &own.words {
        add(row, &hints(word), -WORD);
    }
}

fn add(row: &mut [i16], places: &[(u16, f32)], weight: f32) {
    for (place, sign) in places {
        if let Some(one) = row.get_mut(usize::from(*place)) {
            *one = moved(*one, sign * weight);
        }
    }
}
