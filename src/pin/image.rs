//! Levels of container images, and the runtime that an image carries.

use super::{Level, numbers};

/// Names of releases of an operating system that are used as tags.
const CODENAMES: &[&str] = &[
    "wheezy", "jessie", "stretch", "buster", "bullseye", "bookworm", "trixie", "forky", "trusty", "xenial", "bionic",
    "focal", "jammy", "kinetic", "lunar", "mantic", "noble", "oracular", "plucky", "questing",
];

/// Names of the lines of Node that get long support, each of one major version (<https://nodejs.org/en/about/previous-releases>, read 2026-12-01).
const NODE_LINES: &[&str] =
    &["argon", "boron", "carbon", "dubnium", "erbium", "fermium", "gallium", "hydrogen", "iron", "jod", "krypton"];

/// Names of operating systems that stand before the number of their release in tags.
const NUMBERED: &[&str] = &["alpine", "debian", "ubuntu", "ubi", "al", "windowsservercore", "nanoserver"];

/// Repositories whose tags are releases of an operating system; `base` is that of dev containers.
const SYSTEMS: &[&str] = &["debian", "ubuntu", "buildpack-deps", "base"];

/// Repositories that carry a runtime in the version of their tag: the end of their name, and the tool.
const RUNTIMES: &[(&str, &str)] = &[
    ("python", "python"),
    ("lambda/python", "python"),
    ("aws-lambda-python", "python"),
    ("node", "node"),
    ("lambda/nodejs", "node"),
    ("aws-lambda-nodejs", "node"),
    ("rust", "rust"),
    ("golang", "go"),
    ("ruby", "ruby"),
    ("lambda/ruby", "ruby"),
    ("eclipse-temurin", "java"),
    ("amazoncorretto", "java"),
    ("openjdk", "java"),
    ("lambda/java", "java"),
    ("php", "php"),
    ("terraform", "terraform"),
    ("uv", "uv"),
];

/// Where the repositories of [`RUNTIMES`] are published; anything else may hold something of its own.
const PUBLISHERS: &[&str] = &[
    "",
    "library",
    "docker.io",
    "docker.io/library",
    "index.docker.io/library",
    "public.ecr.aws",
    "public.ecr.aws/docker/library",
    "mirror.gcr.io",
    "mirror.gcr.io/library",
    "cimg",
    "circleci",
    "amazon",
    "hashicorp",
    "docker.io/hashicorp",
    "ghcr.io/astral-sh",
];

/// An image reference, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Registry and path: `python`, `public.ecr.aws/lambda/python`.
    pub repository: &'a str,
    /// The tag.
    pub tag: Option<&'a str>,
    /// The digest with its algorithm: `sha256:...`.
    pub digest: Option<&'a str>,
}

/// Names without a publisher that are Docker's own images (hub.docker.com, read 2026-11-30).
#[rustfmt::skip]
const OFFICIAL: &[&str] = &[
    "adminer", "aerospike", "almalinux", "alpine", "alt", "amazoncorretto", "amazonlinux", "api-firewall", "arangodb",
    "archlinux", "bash", "bonita", "buildpack-deps", "busybox", "caddy", "cassandra", "centos", "chronograf",
    "cirros", "clearlinux", "clefos", "clickhouse", "clojure", "composer", "consul", "convertigo", "couchbase",
    "couchdb", "crate", "dart", "debian", "docker", "drupal", "eclipse-mosquitto", "eclipse-temurin", "eggdrop",
    "elasticsearch", "elixir", "emqx", "erlang", "fedora", "flink", "fluentd", "friendica", "gazebo", "gcc",
    "geonetwork", "ghost", "golang", "gradle", "groovy", "haproxy", "haskell", "haxe", "hello-world", "hitch",
    "httpd", "hylang", "ibm-semeru-runtimes", "ibmjava", "influxdb", "irssi", "jetty", "joomla", "jruby", "julia",
    "kapacitor", "kibana", "kong", "krakend", "lightstreamer", "liquibase", "logstash", "mageia", "mariadb", "matomo",
    "maven", "mediawiki", "memcached", "mongo", "mongo-express", "monica", "mono", "mysql", "nats", "nats-streaming",
    "neo4j", "neurodebian", "nextcloud", "nginx", "node", "notary", "odoo", "open-liberty", "openjdk", "oraclelinux",
    "orientdb", "percona", "perl", "photon", "php", "php-zendserver", "phpmyadmin", "plone", "postfixadmin",
    "postgres", "pypy", "python", "r-base", "rabbitmq", "rakudo-star", "redis", "redmine", "registry", "rethinkdb",
    "rocket.chat", "rockylinux", "ros", "ruby", "rust", "sapmachine", "satosa", "silverpeas", "solr", "sonarqube",
    "spark", "spiped", "storm", "swift", "swipl", "teamspeak", "telegraf", "thrift", "tomcat", "tomee", "traefik",
    "ubuntu", "unit", "valkey", "varnish", "vault", "websphere-liberty", "wordpress", "xwiki", "yourls", "znc",
    "zookeeper",
];

/// Others of them that are kept, and get no new releases (hub.docker.com, read 2026-12-01).
#[rustfmt::skip]
const RETIRED: &[&str] = &[
    "adoptopenjdk", "celery", "django", "docker-dev", "euleros", "express-gateway", "fsharp", "glassfish", "hipache", "iojs", "java",
    "jenkins", "jobber", "known", "nuxeo", "opensuse", "owncloud", "piwik", "rails", "rapidoid", "sentry", "sl", "sourcemage", "swarm",
    "ubuntu-debootstrap", "ubuntu-upstart",
];

/// What stands before an image where people are told of it.
const SHOWN: &str = "the image ";

/// Whether a text is what [`Reference::shown`] says of an image.
pub fn is_shown(text: &str) -> bool {
    text.starts_with(SHOWN)
}

/// Whether a repository without a publisher is one of Docker's own, and not a name that a build gives to something.
pub fn is_official(repository: &str) -> bool {
    OFFICIAL.contains(&repository) || RETIRED.contains(&repository)
}

/// Why a name does not tell what is behind it: something fills it in, or puts the image on the machine, before it is used.
pub fn doubt(text: &str) -> Option<String> {
    let reference = parse(text);
    let repository = reference.repository.to_ascii_lowercase();
    let host = repository.split(['/', ':']).next().unwrap_or("");
    let is_here = host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.");
    match () {
        () if ["$", "{{", "{%"].iter().any(|mark| text.contains(mark)) => {
            Some(format!("`{text}` is filled in before it is used"))
        }
        () if reference.digest.is_some() => None,
        () if repository.starts_with("ko:") => Some(format!("ko builds `{text}`")),
        () if is_here => Some(format!("`{text}` lies on the machine: an earlier step puts it there")),
        () if !repository.contains('/') && !is_official(&repository) => {
            Some(format!("nobody publishes `{text}`: something on the machine has to build it"))
        }
        () => None,
    }
}

/// Takes `[registry[:port]/]path[:tag][@digest]` apart; a colon before the last slash is a port.
pub fn parse(text: &str) -> Reference<'_> {
    let (name, digest) = match text.trim().split_once('@') {
        Some((name, digest)) => (name, Some(digest)),
        None => (text.trim(), None),
    };
    let path = name.rfind('/').map_or(0, |at| at + 1);
    match name[path..].find(':') {
        Some(colon) => {
            let at = path + colon;
            Reference { repository: &name[..at], tag: Some(&name[at + 1..]), digest }
        }
        None => Reference { repository: name, tag: None, digest },
    }
}

impl<'a> Reference<'a> {
    /// How exactly it is stated; a digest decides, whatever the tag says.
    pub fn level(&self) -> Level {
        if self.digest.is_some_and(is_digest) {
            return Level::Content;
        }
        let Some(tag) = self.tag.filter(|tag| !tag.is_empty() && *tag != "latest") else { return Level::Floating };
        if is_build_name(tag) || is_dated(tag) {
            return Level::Exact;
        }
        match version_of(tag) {
            Some(version) if is_day(version) => Level::Exact,
            Some(version) => Level::of_parts(numbers(version).0),
            None if self.is_system() && tag.split('-').any(|part| CODENAMES.contains(&part)) => Level::Major,
            None if tag.split('-').any(is_windows_line) => Level::Major,
            None if self.is_node() && tag.split('-').any(|part| NODE_LINES.contains(&part)) => Level::Major,
            None => Level::Floating,
        }
    }

    /// It as people name it: `the image golang:1.22`.
    pub fn shown(&self) -> String {
        let tag = self.tag.map_or_else(String::new, |tag| format!(":{tag}"));
        format!("{SHOWN}{}{tag}", self.repository)
    }

    /// The release of the operating system that its tag names: a codename, `alpine3.20`, `ubi9`.
    pub fn system(&self) -> Option<&'a str> {
        let is_system = |part: &&str| {
            let digits = part.find(|c: char| c.is_ascii_digit()).unwrap_or(part.len());
            let is_numbered = digits < part.len() && NUMBERED.contains(&&part[..digits]);
            CODENAMES.contains(part) || is_numbered || is_windows_line(part)
        };
        self.tag?.split('-').find(is_system)
    }

    /// The tool that the image carries in a version of its tag, and that version as written.
    /// The version is `None` when the tag names none.
    pub fn runtime(&self) -> Option<(&'static str, Option<&'a str>)> {
        if let (Some(tag), true) = (self.tag, self.repository.ends_with("astral-sh/uv"))
            && let Some(python) = tag.split('-').find_map(|part| part.strip_prefix("python"))
        {
            return Some(("python", Some(python)));
        }
        let (_, tool) = RUNTIMES.iter().find(|(name, _)| {
            let publisher = match self.repository.strip_suffix(name) {
                Some("") => Some(""),
                Some(before) => before.strip_suffix('/'),
                None => None,
            };
            publisher.is_some_and(|publisher| PUBLISHERS.contains(&publisher))
        })?;
        Some((tool, self.tag.and_then(version_of).filter(|version| !is_day(version))))
    }

    fn is_node(&self) -> bool {
        self.repository.rsplit('/').next() == Some("node")
    }

    fn is_system(&self) -> bool {
        SYSTEMS.contains(&self.repository.rsplit('/').next().unwrap_or(""))
    }
}

fn is_digest(digest: &str) -> bool {
    digest.split_once(':').is_some_and(|(algorithm, hex)| {
        !algorithm.is_empty() && hex.len() >= 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// Names that stand before the version of what an image carries: `pg16`, `php8.3`.
const CARRIED: &[&str] =
    &["pg", "py", "python", "jdk", "jre", "java", "node", "php", "ruby", "go", "postgres", "mysql", "cuda"];

/// The first part of a tag between dashes that is a version; else one behind the name of what the image carries.
fn version_of(tag: &str) -> Option<&str> {
    bare_version(tag).or_else(|| {
        let mut parts = tag.split('-').filter(|_| !tag.contains("latest"));
        parts.find_map(carried_version)
    })
}

/// The version behind a name: `pg16`, and with two numbers behind any but that of an operating system: `elasticsearch7.10`.
fn carried_version(part: &str) -> Option<&str> {
    let (name, version) = part.split_at(part.find(|c: char| c.is_ascii_digit())?);
    let (count, behind) = numbers(version);
    let is_carried = CARRIED.contains(&name) || (count > 1 && name.len() > 1 && !NUMBERED.contains(&name));
    (count > 0 && behind.is_empty() && is_carried).then_some(version)
}

fn bare_version(tag: &str) -> Option<&str> {
    tag.split('-').find(|part| {
        let (count, rest) = numbers(part);
        count > 0 && (rest.is_empty() || rest.starts_with(['_', '+', 'u', 'b', 'a', 'r', '.']))
    })
}

/// Whether a tag names the day of a release: `2026-01-31`, `RELEASE.2026-01-31T10-00-00Z`.
fn is_dated(tag: &str) -> bool {
    tag.as_bytes().windows(10).any(|part| {
        let is_digit = |at: usize| part[at].is_ascii_digit();
        part.starts_with(b"20")
            && [2, 3, 5, 6, 8, 9].into_iter().all(is_digit)
            && part[4] == part[7]
            && matches!(part[4], b'-' | b'.')
    })
}

fn is_day(version: &str) -> bool {
    version.len() == 8 && version.starts_with("20") && version.bytes().all(|byte| byte.is_ascii_digit())
}

/// A line of Windows that is served for years: `ltsc2022`.
fn is_windows_line(part: &str) -> bool {
    part.strip_prefix("ltsc").is_some_and(|year| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A commit as a tag, by custom the name of one build.
fn is_build_name(tag: &str) -> bool {
    let hex = tag.strip_prefix("sha-").unwrap_or(tag);
    (7..=64).contains(&hex.len())
        && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
        && hex.bytes().any(|byte| byte.is_ascii_alphabetic())
        && hex.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        let digest = format!("python:3.12@sha256:{}", "a".repeat(64));
        let cases = [
            ("python", Level::Floating),
            ("python:latest", Level::Floating),
            ("python:slim", Level::Floating),
            ("node:lts-alpine", Level::Floating),
            ("node:20", Level::Major),
            ("python:3.12-slim", Level::Minor),
            ("python:3.12.7-slim-bookworm", Level::Exact),
            ("debian:bookworm-slim", Level::Major),
            ("python:bookworm", Level::Floating),
            ("mcr.microsoft.com/devcontainers/base:bullseye", Level::Major),
            ("debian:bookworm-20240101", Level::Exact),
            ("ubuntu:24.04", Level::Minor),
            ("amazonlinux:2023", Level::Major),
            ("localhost:5000/app", Level::Floating),
            ("localhost:5000/app:1.2.3", Level::Exact),
            ("ghcr.io/o/app:sha-1a2b3c4", Level::Exact),
            ("eclipse-temurin:11.0.16_8-jdk", Level::Exact),
            ("gcr.io/distroless/static:nonroot", Level::Floating),
            ("python:3.13rc1", Level::Minor),
            ("hypothesis/search:elasticsearch7.10", Level::Minor),
            ("lldap/lldap:2025-12-24", Level::Exact),
            ("minio/minio:RELEASE.2025-09-07T16-13-09Z", Level::Exact),
            ("keys/openldap:2024.05.10", Level::Exact),
            ("python:alpine3.20", Level::Floating),
            ("rust:alpine3", Level::Floating),
            ("node:jod-alpine3.21", Level::Major),
            ("debian:stretch-slim", Level::Major),
            ("mcr.microsoft.com/windows/servercore:ltsc2022", Level::Major),
            ("mcr.microsoft.com/dotnet/sdk:8.0.100-nanoserver-ltsc2022", Level::Exact),
            (&digest, Level::Content),
        ];
        for (image, expected) in cases {
            assert_eq!(parse(image).level(), expected, "{image}");
        }
    }

    #[test]
    fn names_that_do_not_tell() {
        for (image, expected) in [
            ("postgres", None),
            ("Alpine:3.20", None),
            ("java:8", None),
            ("team/billing", None),
            ("billing:latest", Some("nobody publishes `billing:latest`")),
            ("localhost:5000/team/billing", Some("`localhost:5000/team/billing` lies on the machine")),
            ("registry.localhost:5000/billing", Some("`registry.localhost:5000/billing` lies on the machine")),
            ("127.0.0.1:5000/billing", Some("`127.0.0.1:5000/billing` lies on the machine")),
            ("ko://example.com/team/billing", Some("ko builds `ko://example.com/team/billing`")),
            ("postgres:{{VERSION}}", Some("`postgres:{{VERSION}}` is filled in")),
            ("${REGISTRY}/billing:${TAG}", Some("`${REGISTRY}/billing:${TAG}` is filled in")),
        ] {
            let found = doubt(image);
            let agrees = match (&found, expected) {
                (Some(found), Some(expected)) => found.starts_with(expected),
                (found, expected) => found.is_none() && expected.is_none(),
            };
            assert!(agrees, "{image}: {found:?}");
        }
    }

    #[test]
    fn runtimes() {
        let cases = [
            ("python:3.12-slim", Some(("python", Some("3.12")))),
            ("python", Some(("python", None))),
            ("public.ecr.aws/lambda/python:3.11", Some(("python", Some("3.11")))),
            ("docker.io/library/node:20.11.1-alpine", Some(("node", Some("20.11.1")))),
            ("ghcr.io/astral-sh/uv:0.9.7", Some(("uv", Some("0.9.7")))),
            ("ghcr.io/astral-sh/uv:0.9.7-python3.12-bookworm", Some(("python", Some("3.12")))),
            ("ghcr.io/example/rust:1.83.0", None),
            ("my-python:3.9", None),
            ("golang:1.22", Some(("go", Some("1.22")))),
            ("debian:bookworm", None),
        ];
        for (image, expected) in cases {
            assert_eq!(parse(image).runtime(), expected, "{image}");
        }
    }
}
