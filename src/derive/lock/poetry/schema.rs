//! The tables of pyproject.toml as Poetry 2.5 and 1.8 want them (its JSON schemas, read 2026-11).

use super::super::shape::{Shape, Table};
use crate::python::Version;

const TEXTS: Shape = Shape::List(&Shape::Text);

/// Keys that every form of a dependency may have.
macro_rules! dependency {
    ($($key:literal: $shape:expr),* ; needed: $needed:expr) => {
        Shape::Table(&Table {
            keys: &[
                ("python", Shape::Text),
                ("platform", Shape::Text),
                ("markers", Shape::Text),
                $(($key, $shape)),*
            ],
            needed: $needed,
            one_of: &[],
            closed: true,
        })
    };
}

const LONG: Shape = dependency! {
    "version": Shape::Text, "allow-prereleases": Shape::Bool, "allows-prereleases": Shape::Bool,
    "optional": Shape::Bool, "extras": TEXTS, "source": Shape::Text; needed: &["version"]
};
const GIT: Shape = dependency! {
    "git": Shape::Text, "branch": Shape::Text, "tag": Shape::Text, "rev": Shape::Text, "subdirectory": Shape::Text,
    "allow-prereleases": Shape::Bool, "allows-prereleases": Shape::Bool, "optional": Shape::Bool, "extras": TEXTS,
    "develop": Shape::Bool; needed: &["git"]
};
const FILE: Shape = dependency! {
    "file": Shape::Text, "subdirectory": Shape::Text, "optional": Shape::Bool, "extras": TEXTS; needed: &["file"]
};
const PATH: Shape = dependency! {
    "path": Shape::Text, "subdirectory": Shape::Text, "optional": Shape::Bool, "extras": TEXTS,
    "develop": Shape::Bool; needed: &["path"]
};
const URL: Shape = dependency! {
    "url": Shape::Text, "subdirectory": Shape::Text, "optional": Shape::Bool, "extras": TEXTS; needed: &["url"]
};
const OPTIONS: Shape = dependency! {
    "allow-prereleases": Shape::Bool, "source": Shape::Text, "develop": Shape::Bool; needed: &[]
};

const WHAT: &str = "a dependency as Poetry writes it";
const ONE: Shape = Shape::Either(&[Shape::Text, LONG, GIT, FILE, PATH, URL, OPTIONS], WHAT);
const DEPENDENCY: Shape = Shape::Either(&[ONE, Shape::Some(&ONE)], WHAT);
const DEPENDENCIES: Shape = Shape::Map(&DEPENDENCY);

/// Without the form that only adds to `[project]`.
const OLD_ONE: Shape = Shape::Either(&[Shape::Text, LONG, GIT, FILE, PATH, URL], WHAT);
const OLD_DEPENDENCY: Shape = Shape::Either(&[OLD_ONE, Shape::Some(&OLD_ONE)], WHAT);
const OLD_DEPENDENCIES: Shape = Shape::Map(&OLD_DEPENDENCY);

const GROUP: Shape = Shape::Table(&Table {
    keys: &[("optional", Shape::Bool), ("include-groups", TEXTS), ("dependencies", DEPENDENCIES)],
    needed: &[],
    one_of: &["dependencies", "include-groups", "optional"],
    closed: true,
});
const OLD_GROUP: Shape = Shape::Table(&Table {
    keys: &[("optional", Shape::Bool), ("dependencies", OLD_DEPENDENCIES)],
    needed: &["dependencies"],
    one_of: &[],
    closed: true,
});

const FORMAT: Shape = Shape::Word(&["sdist", "wheel"]);
const FORMATS: Shape = Shape::Either(&[FORMAT, Shape::List(&FORMAT)], "sdist, wheel or a list of them");
const PACKAGE: Shape = Shape::Table(&Table {
    keys: &[("include", Shape::Text), ("from", Shape::Text), ("format", FORMATS), ("to", Shape::Text)],
    needed: &["include"],
    one_of: &[],
    closed: true,
});
const INCLUDED: Shape = Shape::Table(&Table {
    keys: &[("path", Shape::Text), ("format", FORMATS)],
    needed: &["path"],
    one_of: &[],
    closed: true,
});
const SCRIPT: Shape = Shape::Either(
    &[
        Shape::Text,
        Shape::Table(&Table {
            keys: &[("callable", Shape::Text), ("extras", TEXTS)],
            needed: &[],
            one_of: &[],
            closed: true,
        }),
        Shape::Table(&Table {
            keys: &[("reference", Shape::Text), ("type", Shape::Word(&["file", "console"])), ("extras", TEXTS)],
            needed: &["reference", "type"],
            one_of: &[],
            closed: true,
        }),
    ],
    "a script",
);
const BUILD: Shape = Shape::Either(
    &[
        Shape::Text,
        Shape::Table(&Table {
            keys: &[("generate-setup-file", Shape::Bool), ("script", Shape::Text)],
            needed: &[],
            one_of: &[],
            closed: true,
        }),
    ],
    "a script or a table of settings for the build",
);

/// What both releases share; keys beside it are faults.
macro_rules! poetry {
    ($dependencies:expr, $group:expr, $sources:expr $(, $key:literal: $shape:expr)*) => {
        Table {
            keys: &[
                ("package-mode", Shape::Bool),
                ("name", Shape::Text),
                ("version", Shape::Text),
                ("description", Shape::Line),
                ("keywords", TEXTS),
                ("homepage", Shape::Address),
                ("repository", Shape::Address),
                ("documentation", Shape::Address),
                ("license", Shape::Text),
                ("authors", TEXTS),
                ("maintainers", TEXTS),
                ("readme", Shape::Either(&[Shape::Text, TEXTS], "a path or a list of them")),
                ("classifiers", Shape::List(&Shape::Any)),
                ("packages", Shape::List(&PACKAGE)),
                ("include", Shape::List(&Shape::Either(&[Shape::Text, INCLUDED], "a path or a table with one"))),
                ("exclude", Shape::List(&Shape::Any)),
                ("dependencies", $dependencies),
                ("dev-dependencies", $dependencies),
                ("extras", Shape::Map(&TEXTS)),
                ("group", Shape::Map(&$group)),
                ("build", BUILD),
                ("scripts", Shape::Map(&SCRIPT)),
                ("plugins", Shape::Map(&Shape::Map(&Shape::Text))),
                ("urls", Shape::Map(&Shape::Text)),
                ("source", Shape::List(&Shape::Table(&$sources))),
                $(($key, $shape)),*
            ],
            needed: &[],
            one_of: &[],
            closed: true,
        }
    };
}

const SOURCE: Table = Table {
    keys: &[
        ("name", Shape::Text),
        ("url", Shape::Address),
        ("priority", Shape::Word(&["primary", "supplemental", "explicit"])),
        ("links", Shape::Bool),
        ("indexed", Shape::Bool),
    ],
    needed: &["name"],
    one_of: &[],
    closed: true,
};
const OLD_SOURCE: Table = Table {
    keys: &[
        ("name", Shape::Text),
        ("url", Shape::Address),
        ("default", Shape::Bool),
        ("secondary", Shape::Bool),
        ("priority", Shape::Word(&["primary", "default", "secondary", "supplemental", "explicit"])),
        ("links", Shape::Bool),
        ("indexed", Shape::Bool),
    ],
    needed: &["name"],
    one_of: &[],
    closed: true,
};

/// `[tool.poetry]` of Poetry 2.
pub(super) const POETRY: Shape = Shape::Table(&poetry!(
    DEPENDENCIES, GROUP, SOURCE,
    "requires-poetry": Shape::Text,
    "requires-plugins": DEPENDENCIES,
    "build-constraints": Shape::Map(&DEPENDENCIES)
));

/// `[tool.poetry]` of Poetry 1.
pub(super) const OLD_POETRY: Shape = Shape::Table(&poetry!(OLD_DEPENDENCIES, OLD_GROUP, OLD_SOURCE));

const PERSON: Shape = Shape::Table(&Table {
    keys: &[("name", Shape::Text), ("email", Shape::Checked(is_mail, "a mail address"))],
    needed: &[],
    one_of: &["name", "email"],
    closed: true,
});
const README: Shape = Shape::Either(
    &[
        Shape::Text,
        Shape::Table(&Table {
            keys: &[("content-type", Shape::Text), ("file", Shape::Text)],
            needed: &["content-type", "file"],
            one_of: &[],
            closed: true,
        }),
        Shape::Table(&Table {
            keys: &[("content-type", Shape::Text), ("text", Shape::Text)],
            needed: &["content-type", "text"],
            one_of: &[],
            closed: true,
        }),
    ],
    "a path, or a table with a content-type and a file or text",
);
const LICENSE: Shape = Shape::Either(
    &[
        Shape::Text,
        Shape::Table(&Table { keys: &[("file", Shape::Text)], needed: &["file"], one_of: &[], closed: true }),
        Shape::Table(&Table { keys: &[("text", Shape::Text)], needed: &["text"], one_of: &[], closed: true }),
    ],
    "a license expression, or a table with a file or text",
);
const DYNAMIC: &[&str] = &[
    "version",
    "description",
    "readme",
    "requires-python",
    "license",
    "license-files",
    "authors",
    "maintainers",
    "keywords",
    "classifiers",
    "urls",
    "scripts",
    "gui-scripts",
    "entry-points",
    "dependencies",
    "optional-dependencies",
];

/// `[project]`, which Poetry 2 reads.
pub(super) const PROJECT: Shape = Shape::Table(&Table {
    keys: &[
        ("name", Shape::Checked(is_project_name, "a project name")),
        ("version", Shape::Checked(is_version, "a version")),
        ("description", Shape::Text),
        ("readme", README),
        ("requires-python", Shape::Text),
        ("license", LICENSE),
        ("license-files", TEXTS),
        ("authors", Shape::List(&PERSON)),
        ("maintainers", Shape::List(&PERSON)),
        ("keywords", TEXTS),
        ("classifiers", TEXTS),
        ("urls", Shape::Map(&Shape::Address)),
        ("scripts", Shape::Map(&Shape::Text)),
        ("gui-scripts", Shape::Map(&Shape::Text)),
        ("entry-points", Shape::Map(&Shape::Map(&Shape::Text))),
        ("dependencies", TEXTS),
        ("optional-dependencies", Shape::Map(&TEXTS)),
        ("dynamic", Shape::List(&Shape::Word(DYNAMIC))),
    ],
    needed: &["name"],
    one_of: &[],
    closed: false,
});

/// `[dependency-groups]`, which Poetry 2 reads.
pub(super) const GROUPS: Shape = Shape::Map(&Shape::List(&Shape::Either(
    &[
        Shape::Text,
        Shape::Table(&Table {
            keys: &[("include-group", Shape::Text)],
            needed: &["include-group"],
            one_of: &[],
            closed: true,
        }),
    ],
    "a requirement or an included group",
)));

fn is_project_name(text: &str) -> bool {
    let is_end = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(is_end) && text.ends_with(is_end) && text.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c))
}

fn is_version(text: &str) -> bool {
    text.parse::<Version>().is_ok() && text.trim() == text
}

fn is_mail(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| {
        let is_name = !name.is_empty() && !name.starts_with('.') && !name.ends_with('.') && !name.contains("..");
        is_name && !host.contains('@') && host.find('.').is_some_and(|at| at > 0 && at + 1 < host.len())
    })
}
