//! Container images, and what has them built.

use super::Header;
use super::ci::level;
use super::field::Count;
use super::table::fact;
use crate::pin;
use crate::source::Span;
use crate::value::Value;

fact! {
    /// A container image that a build starts from or runs in.
    Image {
        /// The reference as written, variables resolved.
        reference: Value<String>,
        /// What it is for: base (what is deployed), build (an earlier stage), job, service (of a job, or of a compose file), tool (brings files, runs a step, or is run by a command), deployed (run as it is: Kubernetes, values of a chart), frontend (reads the Dockerfile).
        role: String,
        /// The repository part: `python`, `public.ecr.aws/lambda/python`.
        repository: Value<String>,
        /// The tag.
        tag: Value<String>,
        /// How exactly it is stated: 1 floating, 2 major, 3 minor, 4 exact, 5 by digest.
        level: Value<Count>,
        /// The release of the operating system that the tag names: `bookworm`, `alpine3.20`. Absent when it names none.
        system: Value<String>,
        /// Whether the repository makes it: a build gives it this name, or it is called after a project of the repository.
        own: bool,
        /// Whether it is one of several that a matrix tries on purpose.
        enumerated: bool,
        /// A command of its stage that installs packages of the operating system from an archive that moves. Absent when there is none, or when the file takes them from a dated snapshot.
        installs: Value<String>,
    }
    carried {
        /// Whether what its Dockerfile makes starts a server for developers, or tests; `None` where it says nothing of what it starts.
        serves_developers: Option<bool>,
        /// For what a kustomization says of an image: the name that it replaces.
        replaces: Option<Replaced>,
    }
}

/// What a kustomization replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The name of the image in the manifests.
    pub name: String,
    /// The files and directories in which they lie, from the root.
    pub within: Vec<String>,
}

fact! {
    /// A place other than a command or an action that has an image built: a service of a compose file, a dev container, a Vagrantfile, a Tiltfile, an environment of tox.
    ImageBuild {
        /// What has it built: compose, devcontainer, vagrant, tilt, tox.
        builder: String,
        /// The Dockerfile, from the root.
        dockerfile: String,
        /// The name that the image is given, as written. Absent when it is given none.
        image: Value<String>,
        /// Whether what is run there is a server for developers, or tests, by the command that it is given or by the name of the file.
        for_developers: bool,
    }
}

impl Image {
    /// An image that is named in full.
    pub fn named(header: Header, role: &str, text: &str, place: Span) -> Self {
        let reference = pin::image::parse(text);
        let tag = reference.tag.map_or_else(Value::absent, |tag| Value::written(tag.to_owned(), place));
        let level = match pin::image::doubt(text) {
            Some(reason) => Value::unknown(reason, Some(place)),
            None => level(reference.level(), place),
        };
        Self {
            header,
            reference: Value::written(text.to_owned(), place),
            role: role.to_owned(),
            repository: Value::written(reference.repository.to_owned(), place),
            tag,
            level,
            system: reference.system().map_or_else(Value::absent, |system| Value::written(system.to_owned(), place)),
            own: false,
            enumerated: false,
            installs: Value::absent(),
            serves_developers: None,
            replaces: None,
        }
    }

    /// An image whose name is known only when it runs.
    pub fn unresolved(header: Header, role: &str, reason: &str, place: Span) -> Self {
        let unknown = || Value::unknown(reason, Some(place));
        Self {
            header,
            reference: unknown(),
            role: role.to_owned(),
            repository: unknown(),
            tag: unknown(),
            level: Value::unknown(reason, Some(place)),
            system: unknown(),
            own: false,
            enumerated: false,
            installs: Value::absent(),
            serves_developers: None,
            replaces: None,
        }
    }
}

impl ImageBuild {
    /// A build of a Dockerfile whose image is given no name. Compose alone builds for others than developers.
    pub fn of(header: Header, builder: &str, dockerfile: String) -> Self {
        let for_developers = builder != "compose";
        Self { header, builder: builder.to_owned(), dockerfile, image: Value::absent(), for_developers }
    }
}
