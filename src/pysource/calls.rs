//! What the calls of a module ask of others: clients that they make, what they change through them, how long they wait.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Methods of SDK clients that change something begin so.
const WRITES: &[&str] = &[
    "put_",
    "update_",
    "delete_",
    "send_",
    "start_",
    "create_",
    "batch_write",
    "transact_write",
    "upload_",
    "copy_object",
    "publish",
    "invoke",
];

/// What makes a client of the AWS SDK.
const CLIENTS: &[&str] = &[
    "boto3.client",
    "boto3.resource",
    "boto3.Session.client",
    "boto3.Session.resource",
    "boto3.session.Session.client",
    "boto3.session.Session.resource",
];

/// Keywords of a client that belongs to somebody else, call by call.
const CREDENTIALS: &[&str] = &["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "region_name"];

/// Functions of HTTP libraries that send a request.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "request"];

/// What the calls of a module come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calls {
    /// Clients of the AWS SDK that are made in a function, with credentials that stay the same from call to call.
    pub clients: Vec<Client>,
    /// The first request over the network that never gives up: what is called, and its bytes.
    pub endless: Option<(Box<str>, Range<usize>)>,
    /// The longest timeout of a request or of a client, in seconds, and the bytes of what is called.
    pub longest: Option<(i64, Range<usize>)>,
    /// Whether something is changed through the AWS SDK.
    pub writes: bool,
}

/// A client of the AWS SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// What is called to make it: `boto3.client`.
    pub callee: Box<str>,
    /// Bytes of the callee.
    pub place: Range<usize>,
    /// The top-level function or class it is made in.
    pub within: Arc<str>,
}

/// A call.
pub(super) struct Call<'a> {
    /// What is called, as far as it is a dotted name: `boto3.client`.
    pub(super) callee: String,
    /// Bytes of the callee.
    pub(super) place: Range<usize>,
    /// The top-level function or class it stands in.
    pub(super) within: Option<Arc<str>>,
    /// What it says of a timeout.
    pub(super) timeout: Timeout,
    /// Names of its keyword arguments.
    pub(super) keywords: Vec<&'a str>,
}

/// What a call says of a timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timeout {
    /// Nothing, or `None`.
    Absent,
    /// This many seconds, rounded up; the longest of several.
    Seconds(i64),
    /// Something that the text does not tell.
    Unknown,
}

impl Calls {
    /// What the calls of a module, in the order of its text, come to beside its imports.
    pub(super) fn of(calls: &[Call<'_>], imports: &BTreeSet<String>) -> Self {
        let has = |name: &str| imports.iter().any(|import| import.split('.').next() == Some(name));
        let has_sdk = has("boto3");
        let mut found = Self::default();
        for call in calls {
            let last = call.last();
            found.clients.extend(call.client());
            found.writes |= has_sdk && call.callee.contains('.') && WRITES.iter().any(|start| last.starts_with(start));
            let is_request = call.is_request(has);
            match call.timeout {
                Timeout::Absent if is_request && found.endless.is_none() && call.waits_for_ever() => {
                    found.endless = Some((call.callee.as_str().into(), call.place.clone()));
                }
                Timeout::Seconds(seconds)
                    if (is_request || last == "Config")
                        && found.longest.as_ref().is_none_or(|(known, _)| seconds > *known) =>
                {
                    found.longest = Some((seconds, call.place.clone()));
                }
                _ => {}
            }
        }
        found
    }
}

impl Call<'_> {
    /// The last part of its name.
    fn last(&self) -> &str {
        self.callee.rsplit('.').next().unwrap_or_default()
    }

    /// The client it makes, unless the credentials are those of the call.
    fn client(&self) -> Option<Client> {
        let within = self.within.as_ref()?;
        let is_client =
            CLIENTS.contains(&&*self.callee) && !self.keywords.iter().any(|name| CREDENTIALS.contains(name));
        is_client.then(|| Client {
            callee: self.callee.as_str().into(),
            place: self.place.clone(),
            within: Arc::clone(within),
        })
    }

    /// Whether it goes over the network by a library that is imported.
    fn is_request(&self, has: impl Fn(&str) -> bool) -> bool {
        match self.callee.split_once('.') {
            Some((library @ ("requests" | "httpx"), verb)) => VERBS.contains(&verb) && has(library),
            _ => matches!(&*self.callee, "urlopen" | "urllib.request.urlopen" | "request.urlopen") && has("urllib"),
        }
    }

    /// httpx gives up after 5 s by itself; the others never do.
    fn waits_for_ever(&self) -> bool {
        !self.callee.starts_with("httpx.") || self.keywords.contains(&"timeout")
    }
}
