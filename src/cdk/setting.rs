//! The settings of a function: runtime, time, memory, processor, layers, environment.

use super::Module;
use super::construct::{Construct, Stated, worked_out};
use crate::facts::{Count, Days, Lambda, Layer, Mebibytes, Seconds, Variable};
use crate::limits;
use crate::literal::{Expression, Literal, Script};
use crate::runtimes::runtimes;
use crate::source::Span;
use crate::value::{State, Value};

const DURATIONS: &[(&str, i64)] = &[("seconds", 1), ("minutes", 60), ("hours", 3600)];

/// Days that a log group keeps its logs when the app says nothing.
const TWO_YEARS: i64 = 731;

/// The constants of `RetentionDays` (aws-cdk-lib 2.275, read 2026-11-30).
const RETENTIONS: &[(&str, Option<i64>)] = &[
    ("ONE_DAY", Some(1)),
    ("THREE_DAYS", Some(3)),
    ("FIVE_DAYS", Some(5)),
    ("ONE_WEEK", Some(7)),
    ("TWO_WEEKS", Some(14)),
    ("ONE_MONTH", Some(30)),
    ("TWO_MONTHS", Some(60)),
    ("THREE_MONTHS", Some(90)),
    ("FOUR_MONTHS", Some(120)),
    ("FIVE_MONTHS", Some(150)),
    ("SIX_MONTHS", Some(180)),
    ("ONE_YEAR", Some(365)),
    ("THIRTEEN_MONTHS", Some(400)),
    ("EIGHTEEN_MONTHS", Some(545)),
    ("TWO_YEARS", Some(TWO_YEARS)),
    ("THREE_YEARS", Some(1096)),
    ("FIVE_YEARS", Some(1827)),
    ("SIX_YEARS", Some(2192)),
    ("SEVEN_YEARS", Some(2557)),
    ("EIGHT_YEARS", Some(2922)),
    ("NINE_YEARS", Some(3288)),
    ("TEN_YEARS", Some(3653)),
    ("INFINITE", None),
];

const SIZES: &[(&str, i64)] = &[("mebibytes", 1), ("gibibytes", 1024)];

const ARCHITECTURES: &[(&str, &str)] = &[("X86_64", "x86_64"), ("ARM_64", "arm64")];

const TRACING: &[(&str, &str)] = &[("ACTIVE", "Active"), ("PASS_THROUGH", "PassThrough"), ("DISABLED", "Disabled")];

/// Constants that stand for whatever the installed library holds for the newest.
const FLOATING: &str = "_LATEST";

impl Module<'_> {
    pub(super) fn add_settings(&self, construct: &Construct<'_>, lambda: &mut Lambda) {
        let seconds = |value: &Expression| duration(self.script, value).map(Seconds);
        let storage = |value: &Expression| amount(self.script, value, "Size", SIZES).map(Mebibytes);
        let memory = |value: &Expression| whole(self.script, value).map(Mebibytes);
        let architecture = |value: &Expression| constant(value, ARCHITECTURES);
        lambda.runtime = self.runtime(construct);
        lambda.timeout = construct.value("timeout", Some(Seconds(limits::TIMEOUT)), seconds);
        lambda.memory = construct.value("memorySize", Some(Mebibytes(limits::MEMORY)), memory);
        lambda.ephemeral_storage = construct.value("ephemeralStorageSize", Some(Mebibytes(limits::STORAGE)), storage);
        lambda.architecture = construct.value("architecture", Some("x86_64".to_owned()), architecture);
        lambda.tracing = construct.value("tracing", None, |value| constant(value, TRACING));
        lambda.log_retention = self.log_retention(construct);
        lambda.log_format = Value::unknown("its log settings are not looked at", None);
        lambda.layer_count = self.layer_count(construct);
        if lambda.layer_count.known().is_none_or(|Count(count)| *count > 0) {
            lambda.layer_contents = vec![Layer::chosen("what its layers hold is chosen in the app")];
        }
        lambda.set_environment(self.environment(construct));
    }

    /// The runtime. Absent for the newest that the library knows, which nobody chose.
    fn runtime(&self, construct: &Construct<'_>) -> Value<String> {
        if let Stated::Value(value) = construct.stated("runtime")
            && let Literal::Name(name) = &value.literal
            && name.ends_with(FLOATING)
        {
            return Value { span: Some(Span::new(self.source, value.place.clone())), ..Value::absent() };
        }
        construct.value("runtime", None, |value| self.runtime_of(value))
    }

    /// `Runtime.PYTHON_3_12`, `new Runtime('python3.12')`.
    fn runtime_of(&self, value: &Expression) -> Result<String, String> {
        match &value.literal {
            Literal::Name(name) => {
                let plain = |text: &str| text.replace(['_', '.'], "").to_ascii_lowercase();
                let wanted = match name.rsplit('.').next().unwrap_or_default() {
                    "JAVA_8_CORRETTO" => "java8al2".to_owned(),
                    constant => plain(constant),
                };
                let found = runtimes().names().find(|known| plain(known) == wanted);
                found.map(str::to_owned).ok_or_else(|| worked_out(value))
            }
            Literal::Call(call) if call.callee.rsplit('.').next() == Some("Runtime") => {
                let name = call.arguments.first().and_then(|first| self.script.settled(first).text());
                name.map(str::to_owned).ok_or_else(|| worked_out(value))
            }
            _ => Err(worked_out(value)),
        }
    }

    /// `logRetention` of the function, or `retention` of the group that it is given.
    fn log_retention(&self, construct: &Construct<'_>) -> Value<Days> {
        let own = construct.value("logRetention", None, retention);
        if !own.is_absent() {
            return kept(own);
        }
        if let Stated::Value(Expression { literal: Literal::Call(group), .. }) = construct.stated("logGroup") {
            let group = Construct::new(self.script, self.source, group);
            // A group without a word of it keeps its logs for two years.
            return kept(group.value("retention", Some(Some(TWO_YEARS)), retention));
        }
        Value::unknown("its log group may be made elsewhere in the app", None)
    }

    fn layer_count(&self, construct: &Construct<'_>) -> Value<Count> {
        if self.script.adds_layers {
            return Value::unknown("the app may add layers to it", None);
        }
        construct.value("layers", Some(Count(0)), |value| match &value.literal {
            Literal::List(items) => Ok(Count(i64::try_from(items.len()).unwrap_or(i64::MAX))),
            _ => Err(worked_out(value)),
        })
    }

    /// The variables; `None` when they are not known.
    fn environment(&self, construct: &Construct<'_>) -> Option<Vec<Variable>> {
        let map = match construct.stated("environment") {
            Stated::Absent => return Some(Vec::new()),
            Stated::Value(Expression { literal: Literal::Map(map), .. }) => map,
            Stated::Value(_) | Stated::Hidden(_) => return None,
        };
        let variables = map.entries.iter().map(|(key, value)| {
            let key = key.as_ref()?;
            let value = self.script.settled(value).text().map(str::to_owned);
            Some(Variable { name: key.name.clone(), span: Span::new(self.source, key.place.clone()), value })
        });
        variables.collect()
    }
}

/// How long logs are kept; absent when for ever.
fn kept(days: Value<Option<i64>>) -> Value<Days> {
    match days.state {
        State::Known(None) => Value { span: days.span, ..Value::absent() },
        _ => days.try_map(|days| days.map(Days).ok_or_else(|| "they may be kept for ever".to_owned())),
    }
}

/// The days of a constant of `RetentionDays`; nothing for `INFINITE`.
fn retention(value: &Expression) -> Result<Option<i64>, String> {
    let Literal::Name(name) = &value.literal else { return Err(worked_out(value)) };
    let last = name.rsplit('.').next().unwrap_or_default();
    RETENTIONS.iter().find(|(constant, _)| *constant == last).map(|(_, days)| *days).ok_or_else(|| worked_out(value))
}

/// `Duration.minutes(5)` in seconds.
pub(super) fn duration(script: &Script, value: &Expression) -> Result<i64, String> {
    amount(script, value, "Duration", DURATIONS)
}

/// A whole number.
pub(super) fn whole(script: &Script, value: &Expression) -> Result<i64, String> {
    match script.settled(value).literal {
        Literal::Number(number) => Ok(number),
        _ => Err(worked_out(value)),
    }
}

/// `Duration.minutes(5)`, `Size.gibibytes(1)`.
fn amount(script: &Script, value: &Expression, class: &str, units: &[(&str, i64)]) -> Result<i64, String> {
    let of_call = || {
        let Literal::Call(call) = &value.literal else { return None };
        let (owner, unit) = call.callee.rsplit_once('.')?;
        let (_, factor) = units.iter().find(|(name, _)| *name == unit)?;
        let number = whole(script, call.arguments.first()?).ok()?;
        (owner.rsplit('.').next() == Some(class)).then(|| number.checked_mul(*factor)).flatten()
    };
    of_call().ok_or_else(|| worked_out(value))
}

/// A constant of a class, by its last name.
pub(super) fn constant(value: &Expression, known: &[(&str, &str)]) -> Result<String, String> {
    let Literal::Name(name) = &value.literal else { return Err(worked_out(value)) };
    let last = name.rsplit('.').next().unwrap_or_default();
    let found = known.iter().find(|(constant, _)| *constant == last);
    found.map(|(_, word)| (*word).to_owned()).ok_or_else(|| worked_out(value))
}
