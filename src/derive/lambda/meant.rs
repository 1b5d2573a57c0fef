//! Which function a sample event is meant for, as far as its name and place decide it.

use crate::facts::{EventFixture, Facts, Lambda, Link};
use crate::path;

/// Words of a name that tell no function from another.
const NOISE: &str = "alb api apigateway apigw app aws cloudwatch code cron dynamodb dummy error event eventbridge events \
    example failure fake fn func function gateway handler handlers http index input invalid kinesis \
    lambda lambdas local main message mock payload proxy record records request rest s sample schedule \
    scheduled sns sqs src stream success test tests url v valid websocket";

/// The functions that a sample event is named after, by its file or else by a directory between it and the
/// template; the only function, when its name tells of nothing. Empty when that is open.
pub(super) fn functions(facts: &Facts, fixture: &EventFixture, top: &str, all: &[Link<Lambda>]) -> Vec<Link<Lambda>> {
    let file = path::file_name(&fixture.header.path);
    let stem = file.strip_suffix(".json").unwrap_or(file);
    let rooms = path::ancestors(path::directory(&fixture.header.path)).take_while(|room| *room != top);
    let names = std::iter::once(stem).chain(rooms.map(path::file_name));
    for name in names {
        let named: Vec<Link<Lambda>> =
            all.iter().filter(|lambda| is_named(facts, &facts[**lambda], name)).copied().collect();
        if !named.is_empty() {
            return named;
        }
    }
    match all {
        [only] if core(stem).is_empty() => vec![*only],
        _ => Vec::new(),
    }
}

/// Whether a name is that of the function: its logical id, its handler's module or function, its directory,
/// its queue, or what the template calls its trigger.
fn is_named(facts: &Facts, lambda: &Lambda, name: &str) -> bool {
    let own = core(name);
    if own.is_empty() {
        let id = words(&lambda.logical_name).concat();
        let name = words(name).concat();
        return name == id || id.strip_suffix("function") == Some(&name);
    }
    let handler = lambda.handler.known().map_or("", String::as_str);
    let mut parts = handler.rsplit(['.', '/']);
    let code = lambda.code.known().map_or("", |code| path::file_name(code));
    let deployed = lambda.deployed_name.as_deref().unwrap_or_default();
    let sources = lambda.event_sources.iter().map(|link| &facts[*link]);
    let triggers = sources.flat_map(|source| [Some(&source.logical_name), source.queue_name.known()]).flatten();
    let of_code = [parts.next(), parts.next(), parts.next(), Some(code), Some(deployed), Some(&lambda.logical_name)];
    // A trigger is `Function/Jobs`, a queue may be an ARN.
    let triggers = triggers.filter_map(|name| name.rsplit(['/', ':']).next());
    of_code.into_iter().flatten().chain(triggers).any(|known| core(known) == own)
}

/// What a name says beside words that every such name has: `create-order` and `CreateOrderFunction` are one.
fn core(name: &str) -> String {
    let told =
        |word: &String| NOISE.split(' ').all(|noise| noise != word) && !word.bytes().all(|byte| byte.is_ascii_digit());
    words(name).into_iter().filter(told).collect()
}

/// The words of `create-order`, `CreateOrder` and `create_order2`, in small letters.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let goes_on = before.is_alphanumeric()
            && before.is_ascii_digit() == letter.is_ascii_digit()
            && !(before.is_lowercase() && letter.is_uppercase());
        match words.last_mut() {
            _ if !letter.is_alphanumeric() => {}
            Some(word) if goes_on => word.extend(letter.to_lowercase()),
            _ => words.push(letter.to_lowercase().collect()),
        }
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_what_they_all_have() {
        let cases = [
            ("create-order", "CreateOrderFunction", true),
            ("create_order_event2", "CreateOrder", true),
            ("ingestSQS", "IngestFunction", true),
            ("create", "CreateOrder", false),
            ("remove", "Resize", false),
        ];
        for (name, function, same) in cases {
            assert_eq!(core(name) == core(function), same, "{name} {function}");
        }
        assert_eq!(core("api-event-1"), "");
        assert_eq!(core("event"), "");
    }
}
