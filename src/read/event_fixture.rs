//! Reads sample events: the JSON files of directories called `events`.
//!
//! What an event looks like tells which kind of source sends it (Lambda developer guide, "Invoking
//! Lambda with events from other AWS services", and the samples of `sam local generate-event`, read 2026-11-23).

use super::{Claim, File, Output, Reader};
use crate::facts::EventFixture;
use crate::path;
use crate::syntax::{Node, json};
use crate::value::Value;

/// Reads sample events.
pub const READER: Reader = Reader { name: "event_fixture", role: "other", claims, read };

fn claims(path: &str) -> Claim {
    let is_kept = path::directory(path).rsplit('/').take(2).any(|part| matches!(part, "events" | "event"));
    let is_root_event = matches!(path::file_name(path), "event.json");
    if path.ends_with(".json") && (is_kept || is_root_event) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let (fault, senders, keys) = match json::parse(file.source, file.text) {
        Ok(document) => (Value::absent(), senders(document.root()), keys(document.root())),
        Err(error) => (Value::written(error.message.clone(), file.span(error.start..error.end)), &[][..], Vec::new()),
    };
    let source = match senders.first() {
        Some(source) => Value::derived((*source).to_owned()),
        None => Value::unknown("it looks like no event of a known source", None),
    };
    output.facts.add(EventFixture {
        header: file.header(&**file.path, file.span(0..0)),
        fault,
        source,
        template: None,
        lambda: None,
        callers: Vec::new(),
        fits: Value::absent(),
        senders: senders.to_vec(),
        keys,
    });
}

fn keys(event: Node<'_>) -> Vec<String> {
    event.entries().iter().filter_map(|entry| entry.key.scalar()).map(str::to_owned).collect()
}

/// The kinds of source that send such an event, the most usual first.
fn senders(event: Node<'_>) -> &'static [&'static str] {
    let has = |path: &[&str]| event.at(path).is_some();
    let text = |path: &[&str]| event.at(path).and_then(Node::scalar).unwrap_or_default();
    if let Some(record) = event.get("Records").and_then(|records| records.items().next()) {
        return of_record(record);
    }
    match text(&["eventSource"]) {
        "aws:kafka" => return &["msk"],
        "SelfManagedKafka" => return &["kafka"],
        "aws:mq" | "aws:rmq" => return &["mq"],
        "aws:docdb" => return &["docdb"],
        _ => {}
    }
    match () {
        () if has(&["requestContext", "elb"]) => &["alb"],
        () if has(&["requestContext", "connectionId"]) => &["websocket"],
        () if has(&["requestContext", "http"]) => &["http", "url"],
        // An HTTP API may send the older form too.
        () if has(&["httpMethod"]) && has(&["requestContext"]) => &["rest", "http"],
        () if has(&["awslogs", "data"]) => &["logs"],
        () if has(&["triggerSource"]) && has(&["userPoolId"]) => &["cognito"],
        () if text(&["detail-type"]) == "Scheduled Event" => &["schedule", "eventbridge"],
        () if has(&["detail-type"]) && has(&["source"]) => &["eventbridge", "schedule"],
        () if has(&["info", "fieldName"]) => &["appsync"],
        () => &[],
    }
}

fn of_record(record: Node<'_>) -> &'static [&'static str] {
    let source = record.get("eventSource").or_else(|| record.get("EventSource")).and_then(Node::scalar);
    match source.unwrap_or_default() {
        "aws:sqs" => &["sqs"],
        "aws:s3" => &["s3"],
        "aws:sns" => &["sns"],
        "aws:kinesis" => &["kinesis"],
        "aws:dynamodb" => &["dynamodb"],
        _ if record.get("cf").is_some() => &["edge-viewer", "edge-origin"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn shapes_tell_their_source() {
        let cases = [
            (r#"{"Records": [{"eventSource": "aws:sqs", "body": ""}]}"#, Some("sqs")),
            (r#"{"Records": [{"EventSource": "aws:sns"}]}"#, Some("sns")),
            (r#"{"requestContext": {"http": {"method": "GET"}}}"#, Some("http")),
            (r#"{"httpMethod": "GET", "requestContext": {}}"#, Some("rest")),
            (r#"{"httpMethod": "GET", "requestContext": {"elb": {}}}"#, Some("alb")),
            (r#"{"detail-type": "Scheduled Event", "source": "aws.events"}"#, Some("schedule")),
            (r#"{"name": "of our own"}"#, None),
            ("[]", None),
            ("7", None),
        ];
        for (text, source) in cases {
            let facts = read_alone(&READER, "events/a.json", text).facts;
            assert_eq!(facts.event_fixtures[0].source.known().map(String::as_str), source, "{text}");
            assert!(facts.event_fixtures[0].fault.is_absent(), "{text}");
        }
        assert!(read_alone(&READER, "events/a.json", "{,}").facts.event_fixtures[0].fault.known().is_some());
    }
}
