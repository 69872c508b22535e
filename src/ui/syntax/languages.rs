//! The families of languages that are told apart, and the names that fences give them.

/// What is known of a family.
#[derive(Debug)]
pub(super) struct Language {
    /// What begins a comment up to the end of the line.
    pub(super) comments: &'static [&'static str],
    /// What a comment over several lines stands between.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// What a text on one line stands between.
    pub(super) quotes: &'static str,
    /// What a text over several lines stands between.
    pub(super) long: &'static [&'static str],
    /// Its words, a space apart.
    pub(super) keywords: &'static str,
    pub(super) traits: &'static [Trait],
}

/// What is peculiar to a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trait {
    /// Comments over several lines stand in each other.
    Nests,
    /// Keywords are the same in capitals.
    AnyCase,
    /// A quote may begin the name of a lifetime.
    Lifetimes,
    /// What stands before `:` or `=` is a key.
    Keyed,
    /// A dash is part of a word.
    Dashes,
    /// Its lines came and went.
    Diff,
}

impl Language {
    pub(super) fn knows(&self, word: &str) -> bool {
        let mut words = self.keywords.split(' ');
        words.any(|known| known == word)
    }

    pub(super) fn has(&self, it: Trait) -> bool {
        self.traits.contains(&it)
    }
}

const PLAIN: Language = Language {
    comments: &[],
    block: None,
    quotes: "\"",
    long: &[],
    keywords: "",
    traits: &[],
};

const BRACES: Language = Language {
    comments: &["//"],
    block: Some(("/*", "*/")),
    quotes: "\"'",
    ..PLAIN
};

const HASH: Language = Language {
    comments: &["#"],
    quotes: "\"'",
    ..PLAIN
};

static RUST: Language = Language {
    traits: &[Trait::Nests, Trait::Lifetimes],
    keywords: "as async await break const continue crate dyn else enum extern false fn for if \
        impl in let loop match mod move mut pub ref return self Self static struct super \
        trait true type unsafe use where while",
    ..BRACES
};

/// C, C++, Java, C#, Kotlin, Swift, Scala, Dart, PHP: one list for all of them.
static CURLY: Language = Language {
    keywords: "abstract auto bool boolean break byte case catch char class const constexpr \
        continue def default delete do double else enum extends extern false final finally \
        float for foreach fun func function guard if implements import in inline int \
        interface internal let long namespace new nil null nullptr object operator \
        override package private protected public return short signed sizeof static string \
        struct super switch template this throw throws trait true try typedef typename \
        union unsigned using val var virtual void volatile when while",
    ..BRACES
};

static GO: Language = Language {
    long: &["`"],
    keywords: "break case chan const continue default defer else fallthrough false for func go \
        goto if import interface map nil package range return select struct switch true \
        type var",
    ..BRACES
};

static SCRIPT: Language = Language {
    long: &["`"],
    keywords: "as async await break case catch class const continue default delete do else enum \
        export extends false finally for from function if implements import in instanceof \
        interface let new null of private public readonly return static super switch this \
        throw true try type typeof undefined var void while yield",
    ..BRACES
};

static PYTHON: Language = Language {
    long: &["\"\"\"", "'''"],
    keywords: "and as assert async await break class continue def del elif else except False \
        finally for from global if import in is lambda match None nonlocal not or pass \
        raise return self True try while with yield",
    ..HASH
};

static SHELL: Language = Language {
    traits: &[Trait::Dashes],
    keywords: "case cd declare do done echo elif else esac eval exec exit export fi for function \
        if in local return set source sudo then trap unset until while FROM RUN COPY CMD \
        ENTRYPOINT ENV WORKDIR",
    ..HASH
};

/// Ruby, Perl, Elixir, R.
static WORDY: Language = Language {
    keywords: "and begin break case class def defmodule do else elsif end ensure false fn for \
        foreach function if in module my next nil not or our package raise require rescue \
        return self sub super then true unless until use when while yield",
    ..HASH
};

static SQL: Language = Language {
    comments: &["--"],
    block: Some(("/*", "*/")),
    quotes: "'\"",
    traits: &[Trait::AnyCase],
    keywords: "all alter and as asc begin between by case commit create default delete desc \
        distinct drop else end exists false foreign from group having if in index inner \
        insert into is join key left like limit not null on or order outer primary \
        references right rollback select set table then true union unique update values \
        view when where with",
    ..PLAIN
};

static LUA: Language = Language {
    comments: &["--"],
    quotes: "\"'",
    keywords: "and break case class data deriving do else elseif end false for function if import \
        in instance let local module nil not of or repeat return then true type until \
        where while",
    ..PLAIN
};

static SETTINGS: Language = Language {
    traits: &[Trait::Keyed, Trait::Dashes],
    long: &["\"\"\"", "'''"],
    keywords: "true false null yes no",
    ..HASH
};

static JSON: Language = Language {
    comments: &["//"],
    keywords: "true false null",
    ..PLAIN
};

static MARKUP: Language = Language {
    block: Some(("<!--", "-->")),
    quotes: "\"",
    traits: &[Trait::Keyed, Trait::Dashes],
    ..PLAIN
};

static STYLES: Language = Language {
    block: Some(("/*", "*/")),
    quotes: "\"'",
    traits: &[Trait::Keyed, Trait::Dashes],
    ..PLAIN
};

static DIFF: Language = Language {
    traits: &[Trait::Diff],
    ..PLAIN
};

/// The longest name that is looked at.
const NAME_MAX: usize = 16;

/// The family of a language, by the name that a fence gives it.
pub(super) fn named(name: &str) -> Option<&'static Language> {
    if name.len() > NAME_MAX {
        return None;
    }
    let name = name.to_ascii_lowercase();
    Some(match name.as_str() {
        "rust" | "rs" => &RUST,
        "c" | "h" | "cpp" | "c++" | "cc" | "hpp" | "java" | "cs" | "csharp" | "c#" | "kotlin"
        | "kt" | "swift" | "scala" | "dart" | "php" | "groovy" | "zig" | "proto" => &CURLY,
        "go" | "golang" => &GO,
        "js" | "javascript" | "jsx" | "mjs" | "ts" | "typescript" | "tsx" => &SCRIPT,
        "py" | "python" | "python3" | "starlark" => &PYTHON,
        "sh" | "bash" | "zsh" | "fish" | "shell" | "console" | "dockerfile" | "makefile"
        | "make" => &SHELL,
        "rb" | "ruby" | "perl" | "pl" | "ex" | "elixir" | "r" | "julia" | "jl" => &WORDY,
        "sql" | "postgresql" | "mysql" | "sqlite" => &SQL,
        "lua" | "haskell" | "hs" | "elm" => &LUA,
        "toml" | "yaml" | "yml" | "ini" | "conf" | "properties" | "env" | "hcl" | "nix" => {
            &SETTINGS
        }
        "json" | "jsonc" | "json5" | "jsonl" => &JSON,
        "html" | "xml" | "svg" | "vue" | "svelte" => &MARKUP,
        "css" | "scss" | "less" => &STYLES,
        "diff" | "patch" => &DIFF,
        _ => return None,
    })
}
