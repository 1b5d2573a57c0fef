//! Files that declare infrastructure, and files that belong to them.

use std::sync::Arc;

use super::table::fact;
use super::{EventFixture, Header, Lambda, Link, Step};
use crate::syntax::Document;
use crate::value::Value;

fact! {
    /// A file that declares Lambda functions, or what calls and feeds them.
    Template {
        /// The kind of template: sam, cloudformation, cdk (synthesised), serverless, terraform, chalice.
        surface: String,
        /// Whether a tool wrote it from another template of the same directory; the functions of such a copy are not counted again.
        generated: bool,
        /// The functions it declares.
        lambdas: Vec<Link<Lambda>>,
        /// The alias that its functions publish on each deploy, which a rollback can point back to; placed where it is set for all of them, or could be. Absent when no function has one.
        alias: Value<String>,
        /// Whether the repository says which version of the framework deploys it, in the file or in a package.json above it. Absent for kinds of template without a framework.
        framework_stated: Value<bool>,
        /// The command in CI that builds its packages. Absent when there is none.
        build_step: Option<Link<Step>>,
        /// Whether its packages are built in a container of the runtime, as the command or its settings say.
        container_build: Value<bool>,
        /// The system of the machine that builds: linux-x86_64, linux-arm64, macos, windows. Absent without a build in CI, unknown for machines of one's own.
        build_system: Value<String>,
        /// The command in CI that deploys it. Absent when there is none.
        deploy_step: Option<Link<Step>>,
        /// Whether CI calls one of its functions on the machine of the build, as `sam local invoke` does.
        tried_locally: Value<bool>,
        /// The sample events that lie beside it.
        event_fixtures: Vec<Link<EventFixture>>,
    }
    carried {
        /// The template as a tree; derivations work out its values once all files are read.
        document: Arc<Document>,
    }
}

fact! {
    /// A file that a template includes or is deployed with: an OpenAPI document, parameters for a stack.
    Fragment {
        /// What it is: `samconfig`, `terraform` for a file of a module or values for its variables, `terragrunt`, or `include` for what a template
        /// names.
        role: String,
    }
    carried {
        /// The file as a tree.
        document: Arc<Document>,
    }
}

impl Template {
    /// A template whose functions are not worked out yet.
    pub fn new(header: Header, surface: &str, document: Arc<Document>) -> Self {
        Self {
            header,
            surface: surface.to_owned(),
            generated: false,
            lambdas: Vec::new(),
            alias: Value::absent(),
            framework_stated: Value::absent(),
            build_step: None,
            container_build: Value::absent(),
            build_system: Value::absent(),
            deploy_step: None,
            tried_locally: Value::absent(),
            event_fixtures: Vec::new(),
            document,
        }
    }
}
