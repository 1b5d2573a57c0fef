//! The causes for which two builds of one source differ: each with the layer it touches, a sentence, and its remedy.

use schemars::JsonSchema;
use serde::Serialize;

/// How deep a difference goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// How entries are packed; unpacked they are the same.
    Container,
    /// Order, times, modes and owners of entries; their contents are the same.
    Metadata,
    /// Contents differ, and the cause explains all of it.
    Content,
    /// Contents differ, and no known cause explains it.
    Unexplained,
}

/// A cause.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// Its name.
    pub id: &'static str,
    /// How deep it goes.
    pub layer: Layer,
    /// What differs, a sentence without its dot.
    pub what: &'static str,
    /// What to do, one sentence without its dot.
    pub fix: &'static str,
}

/// A table of causes: constants and the list of them.
macro_rules! causes {
    ($($name:ident $id:literal $layer:ident $what:literal $fix:literal)*) => {
        $(
            #[doc = $what]
            pub(super) const $name: &Kind = &Kind { id: $id, layer: Layer::$layer, what: $what, fix: $fix };
        )*

        /// All causes, in the order in which they are told.
        pub const ALL: &[&Kind] = &[$($name),*];
    };
}

causes! {
    CONTENTS "file-contents" Unexplained
        "The contents differ, and no known cause explains it"
        "Compare these files themselves: the sources, the locked packages or the compiler differ"
    ONLY_IN_ONE "only-in-one" Unexplained
        "Files are in one build only"
        "Build both from a clean checkout of the same commit, and list what belongs into the package"
    MOVED "moved" Unexplained
        "Files stand under another path with the same content"
        "Look for a version, a hash or a platform in the path"
    ENTRY_KIND "entry-kind" Unexplained
        "A path is a file in one build and a link or a directory in the other"
        "Build both on a file system that keeps links"
    RECORD_WRONG "record-wrong" Unexplained
        "RECORD differs for files that do not"
        "Make the archive anew with its own tool: one RECORD does not describe its files"
    FOREIGN_BINARY "other-platform" Content
        "Native libraries are for another platform"
        "Build both for the platform they run on (pip --platform, cargo zigbuild, sam build --use-container)"
    NATIVE_NOTES "native-notes" Content
        "Native libraries differ in symbols, debug information or the compiler's notes alone"
        "Pin the compiler by its image digest and strip the libraries (strip --strip-unneeded, strip = true)"
    BUILD_ID "build-id" Content
        "Native libraries differ in their build id alone"
        "Link with -Wl,--build-id=none, or build below one fixed path"
    LIBRARY_HEADER "static-library-header" Content
        "Static libraries hold the time and the user of the build"
        "Call ar with D (ar rcsD), or set ZERO_AR_DATE on macOS"
    BYTECODE "bytecode" Content
        "Python bytecode differs or is in one build only"
        "Leave bytecode out (PYTHONDONTWRITEBYTECODE=1, pip install --no-compile), or compile with --invalidation-mode unchecked-hash"
    LINE_ENDINGS "line-endings" Content
        "Texts end their lines differently"
        "Write * text=auto eol=lf into .gitattributes"
    BYTE_ORDER_MARK "byte-order-mark" Content
        "Texts begin with a byte order mark in one build"
        "Save them as UTF-8 without one"
    SHEBANG "shebang" Content
        "Scripts name another interpreter in their first line"
        "Leave console scripts out of the package, or install into the same path everywhere"
    EMBEDDED_PATH "embedded-path" Content
        "Files hold a directory of the machine that built them"
        "Build below one fixed path, or map it away (-ffile-prefix-map, --remap-path-prefix, -trimpath)"
    EMBEDDED_DATE "embedded-date" Content
        "Files hold the time of the build"
        "Set SOURCE_DATE_EPOCH to the time of the commit, and take the stamp from it"
    RANDOM_ID "random-id" Content
        "Files hold identifiers that are drawn at each build"
        "Derive the identifier from the contents, or leave it out"
    RECORD_ORDER "record-order" Content
        "RECORD lists the same files in another order"
        "Build the wheel with a backend that sorts RECORD"
    RECORD_FOLLOWS "record-follows" Content
        "RECORD repeats what differs elsewhere"
        "Nothing here: it follows the files it lists"
    WHEEL_GENERATOR "wheel-generator" Content
        "Wheels were made by another version of the build backend"
        "Pin the backend in [build-system] requires, and build with it locked"
    INSTALL_RECORDS "install-records" Content
        "Installers left their own records (INSTALLER, REQUESTED, direct_url.json, uv_cache.json, RECORD)"
        "Install with one installer everywhere, and delete *.dist-info/{INSTALLER,REQUESTED,direct_url.json,uv_cache.json} from the package"
    JSON_ORDER "json-key-order" Content
        "JSON objects list the same keys in another order"
        "Write JSON with sorted keys"
    JSON_LAYOUT "json-layout" Content
        "JSON texts differ in white space alone"
        "Write JSON with one indentation, by one tool"
    NODE_FIELDS "node-install-fields" Content
        "npm wrote where it installed from into package.json (_resolved, _where and the like)"
        "Install with npm 7 or later, which does not"
    SET_ORDER "set-order" Content
        "Sets are written in another order, as a random hash seed does"
        "Sort before writing, or set PYTHONHASHSEED=0 for the build"
    LINE_ORDER "line-order" Content
        "Lists hold the same lines in another order"
        "Sort what is written: directory listings and hash tables have no order of their own"
    NESTED "nested-archive" Content
        "Archives inside differ in how they are packed alone"
        "Make the inner archives reproducible too (gzip -n, sorted entries, fixed times)"
    STRAY "stray-files" Content
        "Caches and leftovers are in one build only"
        "Build from a clean checkout, and exclude them from the package"
    TESTS "test-files" Content
        "Tests are packed in one build only"
        "Exclude tests from the package, in both builds"
    LINK_COPIED "link-copied" Content
        "A link in one build is a copy in the other"
        "Archive with a tool that keeps links (zip --symlinks), on a file system that has them"
    EXECUTABLE "executable-bit" Content
        "Files can be executed in one build only"
        "Commit the bit (git update-index --chmod=+x), and archive on a system that has it"
    NAME_CASE "name-case" Content
        "Paths differ in upper and lower case alone"
        "Rename them in git: a file system that ignores case hid it"
    NAME_UNICODE "name-unicode" Content
        "Paths are the same letters in another Unicode form"
        "Use ASCII names, or set core.precomposeunicode on macOS"
    ROOT_FOLDER "root-folder" Content
        "All entries stand below a folder in one build"
        "Archive the contents of the folder, or the folder itself, in both"
    ORDER "entry-order" Metadata
        "Entries stand in another order"
        "Sort the files before archiving (zip -X with a sorted list, tar --sort=name)"
    TIME_ZONE "time-zone" Metadata
        "Times of entries are the same moments by another clock"
        "Build with TZ=UTC"
    TIME_ROUNDING "time-rounding" Metadata
        "Times of entries differ by the two seconds that zip rounds to"
        "Set SOURCE_DATE_EPOCH to an even number, or the files' times to one fixed time"
    TIMES "timestamps" Metadata
        "Times of entries differ"
        "Set SOURCE_DATE_EPOCH to the time of the commit (uv build, setuptools and maturin follow it), or touch the files to it before archiving"
    MODES "modes" Metadata
        "Permissions of entries differ"
        "Set umask 022 before the build, and chmod what is archived"
    OWNERS "owners" Metadata
        "Owners of entries differ"
        "Archive with --owner=0 --group=0 --numeric-owner (tar) or -X (zip)"
    DIRECTORIES "directory-entries" Metadata
        "Directories have entries of their own in one build only"
        "Archive without them (zip -D), or always with them"
    FORM "form" Container
        "One build is of another form"
        "Compare what is deployed: archives of one form"
    METHOD "compression-method" Container
        "Entries are compressed in one build and stored in the other"
        "Use one compression method"
    COMPRESSION "compression" Container
        "The same contents are compressed to other bytes"
        "Use one tool, one version and one level; storing without compression (zip -0) does not depend on them"
    EXTRA_FIELDS "extra-fields" Container
        "Zip entries carry other extra fields"
        "Archive with zip -X, or by one tool"
    WRITER "zip-writer" Container
        "Zip entries were written by another tool or on another system"
        "Archive on one system with one tool"
    COMMENT "archive-comment" Container
        "Comments in the archives differ"
        "Write no comment"
    GZIP_HEADER "gzip-header" Container
        "The gzip header holds another time, name or system"
        "Compress with gzip -n"
    TAR_DIALECT "tar-dialect" Container
        "Tar headers are of another dialect"
        "Give tar one format (--format=pax or --format=gnu)"
    LAYOUT "archive-layout" Container
        "Bytes around the entries differ: padding, sizes written behind entries, something before the first"
        "Archive with one version of one tool"
}

/// The page of causes, printed to `docs/causes.md`.
pub fn catalogue() -> String {
    let mut page =
        "# Causes\n\nWhy two builds of one source differ, as `reproof compare` tells it; printed from the code. \
                    How deep a cause goes is the rung of the ladder that it keeps two builds from: see \
                    [compare.md](compare.md).\n"
            .to_owned();
    for (layer, title) in [
        (Layer::Unexplained, "Different: no known cause"),
        (Layer::Content, "Same but for known causes"),
        (Layer::Metadata, "Same contents"),
        (Layer::Container, "Same entries"),
    ] {
        page.push_str(&format!("\n## {title}\n\n| cause | what differs | what to do |\n|---|---|---|\n"));
        for kind in ALL.iter().filter(|kind| kind.layer == layer) {
            page.push_str(&format!("| `{}` | {} | {} |\n", kind.id, kind.what, kind.fix));
        }
    }
    page
}
