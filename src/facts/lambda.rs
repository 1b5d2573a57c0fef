//! Lambda functions.

use super::field::{Bytes, Count, Days, Mebibytes, Seconds};
use super::table::fact;
use super::{Artifact, EventFixture, EventSource, Header, Layer, Link, Manifest};
use crate::source::Span;
use crate::value::{State, Value};

fact! {
    /// A Lambda function as a template declares it, after inheritance.
    Lambda {
        /// The kind of template: sam, cloudformation, serverless, terraform, cdk (synthesised), cdk-source (what the source of an app tells, where nothing is synthesised), chalice, zappa.
        surface: String,
        /// Its logical name in the template.
        logical_name: String,
        /// Who declares it: `user`, or `framework` for functions a framework generates.
        owner: String,
        /// How its code is packaged: zip, image, inline.
        package_type: String,
        /// Runtime identifier such as `python3.12`.
        runtime: Value<String>,
        /// Whether a function further up takes its runtime from the same place, such as `Globals`.
        runtime_shared: bool,
        /// Days since the runtime was deprecated; negative while it is supported. Absent for runtimes without a date, unknown for identifiers that are not in the table.
        runtime_deprecated: Value<Days>,
        /// Days since functions with this runtime can no longer be updated; negative before that day.
        runtime_update_blocked: Value<Days>,
        /// The day on which the runtime was or will be deprecated, `2026-04-30`.
        runtime_deprecated_on: Value<String>,
        /// The day on which the table of runtimes was last compared with its sources.
        runtime_table: String,
        /// Whether the runtime is in that table; unknown for those newer than the table, and for placeholders.
        runtime_known: Value<bool>,
        /// The nearest known runtime identifier when this one is not known. Absent when it is known, when several are as near, and for a release that Lambda never had.
        runtime_suggestion: Value<String>,
        /// Handler as written: `app.handler`.
        handler: Value<String>,
        /// The file that holds the handler's module. Absent when there is none, unknown when that cannot be told.
        handler_file: Value<String>,
        /// The handler's function as it is defined in that file. Absent when the file defines no such name, unknown when that cannot be told.
        handler_function: Value<String>,
        /// Functions of the handler's module that could be meant when the one that is named is absent.
        handler_candidates: Vec<String>,
        /// Whether the handler takes an event and a context; placed at its `def`. Absent when it is no plain function, unknown when a decorator may change that.
        handler_takes_two: Value<bool>,
        /// Whether the handler is an `async def` of Python, which Lambda does not wait for.
        handler_async: Value<bool>,
        /// The first package that its code imports and that nothing brings; placed at the import. Absent when all is brought, unknown when a layer or another name may bring it.
        unshipped_import: Value<String>,
        /// The SDK module that its code takes from the runtime because its package does not hold it. Absent when it is shipped or not used.
        runtime_sdk: Value<String>,
        /// Whether its code reports single failed records of a batch.
        reports_failed_records: Value<bool>,
        /// The first SDK client that its handler makes anew on each call; placed there. Absent when there is none.
        client_per_call: Value<String>,
        /// The first network call of its code that may wait for ever; placed there. Absent when there is none.
        endless_call: Value<String>,
        /// The longest timeout that its code gives a network call; placed there. Absent when none is written.
        longest_call: Value<Seconds>,
        /// Whether its code changes something through an SDK: puts, sends, deletes, starts.
        writes: Value<bool>,
        /// Whether its code shows a sign of coping with the same event twice.
        guards_repeats: Value<bool>,
        /// Whether its code or environment names the version that runs.
        names_version: Value<bool>,
        /// Whether its logs are structured, by its code or its settings.
        structured_logs: Value<bool>,
        /// The first list or map of its module that its handler lets grow from call to call; placed there. Absent when there is none.
        growing_global: Value<String>,
        /// What its handler does with a failure of everything in it: `kept` when it is not raised again; placed there. Absent otherwise.
        swallowed_failure: Value<String>,
        /// Whether its code asks how much time is left.
        watches_deadline: Value<bool>,
        /// Timeout in seconds, 1 to 900 on ordinary functions; Lambda's own default is 3.
        timeout: Value<Seconds>,
        /// Memory in MB, 128 to 10240 on ordinary functions; Lambda's own default is 128.
        memory: Value<Mebibytes>,
        /// Size of `/tmp` in MB, 512 to 10240; the default is 512.
        ephemeral_storage: Value<Mebibytes>,
        /// How it is run: `ordinary`, or `managed` with a capacity provider, which allows more time and memory.
        compute: String,
        /// Processor: x86_64 or arm64; the default is x86_64.
        architecture: Value<String>,
        /// Layer ARNs or names, those that are known.
        layers: Vec<String>,
        /// How many layers it has, those it inherits counted; 5 at most.
        layer_count: Value<Count>,
        /// The first layer that is named without its version number; placed there. Absent when there is none.
        unversioned_layer: Value<String>,
        /// The alias that is published on each deploy, which a rollback can point back to. Absent when none is.
        alias: Value<String>,
        /// The names of its environment variables, those that are known, sorted.
        environment: Vec<String>,
        /// Bytes of the names and values of its environment variables, at least: what is not known counts for nothing. 4096 at most.
        environment_least: Value<Bytes>,
        /// The first of its environment variables whose name Lambda keeps for itself; placed there. Absent when there is none.
        reserved_variable: Value<String>,
        /// X-Ray tracing: Active, PassThrough or Disabled. Absent when nothing is said.
        tracing: Value<String>,
        /// The format of its logs: Text or JSON; the default is Text.
        log_format: Value<String>,
        /// After how many days its logs are dropped. Absent when they are kept for ever.
        log_retention: Value<Days>,
        /// The first layer whose name tells of another Python than the function's; placed there. Absent when there is none.
        other_python_layer: Value<String>,
        /// The first layer whose name tells of another processor than the function's; placed there. Absent when there is none.
        other_processor_layer: Value<String>,
        /// Whether Terraform is told how to notice that the code has changed (`source_code_hash` and its kin). Absent for other kinds of template.
        code_hashed: Value<bool>,
        /// Whether each deployment publishes a version of it. Absent where the kind of template does not say so on the function.
        publishes: Value<bool>,
        /// The directory of its code, from the root.
        code: Value<String>,
        /// The path of its code when the repository does not hold it; placed where it is named. Absent when the code is there, unknown when a build may make it.
        missing_code: Value<String>,
        /// The first directory or file that is packed with its code and that it does not need: tests, events, notebooks. Absent when there is none, unknown when the build may leave it out.
        needless_file: Value<String>,
        /// The first library (`*.so`) of its own code that the build leaves out. Absent when there is none.
        dropped_library: Value<String>,
        /// The first requirement of the file its build installs from that allows more than one version; placed there. Absent when all are exact.
        loose_requirement: Value<String>,
        /// The first requirement of that file whose version differs from the one in the project's lockfile; placed there. Absent when they agree.
        drifted_requirement: Value<String>,
        /// The version that the project's lockfile holds of that package.
        drifted_locked: Value<String>,
        /// The half of the SDK that its package holds without the other: boto3 or botocore. Absent when it holds both or neither.
        lone_sdk: Value<String>,
        /// How its package reaches Lambda: `direct` for an upload of the archive, `storage` through S3, `registry` for an image.
        upload: String,
        /// Sample events that may be meant for it.
        event_fixtures: Vec<Link<EventFixture>>,
        /// What calls it.
        event_sources: Vec<Link<EventSource>>,
        /// What it deploys.
        artifact: Option<Link<Artifact>>,
        /// The nearest manifest of its code.
        manifest: Option<Link<Manifest>>,
    }
    carried {
        /// Why its handler cannot be looked up in the source, when that is so: a build step makes it, the code is in an image.
        handler_doubt: Option<String>,
        /// Whether its code is named only as an archive in S3.
        stored: bool,
        /// The path of the archive that it names, from the root.
        archive: Option<String>,
        /// The name it has in the account, when the template gives one.
        deployed_name: Option<String>,
        /// The id that the source of a CDK app gives it, which the names in what is synthesised end in.
        construct: Option<String>,
        /// Keys that its handler reads of its event.
        event_keys: Vec<String>,
        /// Patterns, as git writes them, of the files that its template leaves out of its package.
        left_out: Value<Vec<String>>,
        /// Where its layers are packed from.
        layer_contents: Vec<Layer>,
    }
}

impl Lambda {
    /// A function of the user about which nothing is set.
    pub fn new(header: Header, surface: &str, logical_name: &str) -> Self {
        Self {
            header,
            surface: surface.to_owned(),
            logical_name: logical_name.to_owned(),
            owner: "user".to_owned(),
            package_type: "zip".to_owned(),
            runtime: Value::absent(),
            runtime_shared: false,
            runtime_deprecated: Value::absent(),
            runtime_update_blocked: Value::absent(),
            runtime_deprecated_on: Value::absent(),
            runtime_table: String::new(),
            runtime_known: Value::absent(),
            runtime_suggestion: Value::absent(),
            handler: Value::absent(),
            handler_file: Value::absent(),
            handler_function: Value::absent(),
            handler_candidates: Vec::new(),
            handler_takes_two: Value::absent(),
            handler_async: Value::absent(),
            unshipped_import: Value::absent(),
            runtime_sdk: Value::absent(),
            reports_failed_records: Value::absent(),
            client_per_call: Value::absent(),
            endless_call: Value::absent(),
            longest_call: Value::absent(),
            writes: Value::absent(),
            guards_repeats: Value::absent(),
            names_version: Value::absent(),
            structured_logs: Value::absent(),
            growing_global: Value::absent(),
            swallowed_failure: Value::absent(),
            watches_deadline: Value::absent(),
            timeout: Value::absent(),
            memory: Value::absent(),
            ephemeral_storage: Value::absent(),
            compute: "ordinary".to_owned(),
            architecture: Value::absent(),
            layers: Vec::new(),
            layer_count: Value::absent(),
            unversioned_layer: Value::absent(),
            alias: Value::absent(),
            environment: Vec::new(),
            environment_least: Value::absent(),
            reserved_variable: Value::absent(),
            tracing: Value::absent(),
            log_format: Value::default_of("Text".to_owned()),
            log_retention: Value::absent(),
            other_python_layer: Value::absent(),
            other_processor_layer: Value::absent(),
            code_hashed: Value::absent(),
            publishes: Value::absent(),
            code: Value::absent(),
            missing_code: Value::absent(),
            needless_file: Value::absent(),
            dropped_library: Value::absent(),
            loose_requirement: Value::absent(),
            drifted_requirement: Value::absent(),
            drifted_locked: Value::absent(),
            lone_sdk: Value::absent(),
            upload: "storage".to_owned(),
            event_fixtures: Vec::new(),
            event_sources: Vec::new(),
            artifact: None,
            manifest: None,
            handler_doubt: None,
            stored: false,
            archive: None,
            deployed_name: None,
            construct: None,
            event_keys: Vec::new(),
            left_out: Value::absent(),
            layer_contents: Vec::new(),
        }
    }
}

/// An environment variable: its name, its place, its value when it is known.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub span: Span,
    /// Its value, when the repository tells it.
    pub value: Option<String>,
}

impl Lambda {
    /// Fills in what its environment variables come to. `None` when they are not known.
    pub fn set_environment(&mut self, variables: Option<Vec<Variable>>) {
        let Some(mut variables) = variables else {
            self.environment_least = Value::unknown("its environment is chosen at deployment", None);
            self.reserved_variable = Value::unknown("its environment is chosen at deployment", None);
            return;
        };
        let bytes: usize = variables.iter().map(|one| one.name.len() + one.value.as_ref().map_or(0, String::len)).sum();
        self.environment_least = Value::derived(Bytes(i64::try_from(bytes).unwrap_or(i64::MAX)));
        let reserved = variables.iter().find(|one| RESERVED_VARIABLES.contains(&one.name.as_str()));
        self.reserved_variable = reserved.map_or_else(Value::absent, |one| Value::written(one.name.clone(), one.span));
        variables.sort_by(|a, b| a.name.cmp(&b.name));
        self.environment = variables.into_iter().map(|one| one.name).collect();
        self.environment.dedup();
    }

    /// Notes what the names of its layers tell: Python versions and processors other than its own.
    pub fn compare_layers(&mut self, layers: &[(String, Span)]) {
        let other = |own: &Value<String>, named: &dyn Fn(&str) -> Option<String>| {
            let mut telling = layers.iter().filter_map(|(name, span)| Some((named(name)?, name, span)));
            match &own.state {
                State::Known(own) => telling
                    .find(|(named, ..)| named != own)
                    .map_or_else(Value::absent, |(_, name, span)| Value::written(name.clone(), *span)),
                State::Unknown(reason) if telling.next().is_some() => Value::unknown(reason.clone(), None),
                _ => Value::absent(),
            }
        };
        let version = |runtime: String| Ok(runtime.strip_prefix("python").unwrap_or_default().replace('.', ""));
        let python = self.runtime.clone().try_map(version);
        let is_other = python.known().is_some_and(String::is_empty);
        let python = other(&python, &|name| named_python(name).filter(|_| !is_other));
        let processor = other(&self.architecture, &|name| named_processor(name).map(str::to_owned));
        self.other_python_layer = python;
        self.other_processor_layer = processor;
    }
}

/// `312` for a layer called `...python312...`, `...py3.12...` or `...Python312-x86_64...`.
fn named_python(layer: &str) -> Option<String> {
    let lower = layer.to_lowercase();
    let name = lower.split(":layer:").nth(1).unwrap_or("").split(':').next().unwrap_or("");
    name.match_indices("py").find_map(|(at, _)| {
        let rest = name[at + 2..].trim_start_matches("thon").trim_start_matches(['-', '_']);
        let digits: String = rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '_')).collect();
        let plain: String = digits.chars().filter(char::is_ascii_digit).collect();
        (plain.starts_with('3') && plain.len() > 1 && plain.len() < 4).then_some(plain)
    })
}

fn named_processor(layer: &str) -> Option<&'static str> {
    let lower = layer.to_lowercase();
    let name = lower.split(":layer:").nth(1)?;
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match (has(&["arm64", "aarch64"]), has(&["x86_64", "x86-64", "amd64"])) {
        (true, false) => Some("arm64"),
        (false, true) => Some("x86_64"),
        _ => None,
    }
}

/// Names that Lambda keeps for itself (Lambda developer guide, defined runtime environment variables, read 2026-11-23).
const RESERVED_VARIABLES: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_tell_their_python_and_processor() {
        let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:layer:{name}");
        let cases = [
            ("AWSLambdaPowertoolsPythonV3-python312-arm64:4", Some("312"), Some("arm64")),
            ("AWSSDKPandas-Python39:20", Some("39"), None),
            ("deps-py3_11-x86_64:1", Some("311"), Some("x86_64")),
            ("happy3:1", None, None),
            ("AWSLambdaPowertoolsPythonV2:51", None, None),
        ];
        for (name, python, processor) in cases {
            assert_eq!(named_python(&arn(name)).as_deref(), python, "{name}");
            assert_eq!(named_processor(&arn(name)), processor, "{name}");
        }
    }
}
