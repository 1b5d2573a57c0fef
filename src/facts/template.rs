//! Files that declare infrastructure, and files that belong to them.

use std::sync::Arc;

use super::table::fact;
use super::{Lambda, Link};
use crate::syntax::Document;
use crate::value::Value;

fact! {
    /// A file that declares Lambda functions, or what calls and feeds them.
    Template {
        /// The kind of template: sam, cloudformation, cdk (synthesised), serverless, terraform.
        surface: String,
        /// Whether a tool wrote it from another template of the same directory; the functions of such a copy are not counted again.
        generated: bool,
        /// The functions it declares.
        lambdas: Vec<Link<Lambda>>,
        /// The alias that its functions publish on each deploy, which a rollback can point back to; placed where it is set for all of them, or could be. Absent when no function has one.
        alias: Value<String>,
        /// Whether the repository says which version of the framework deploys it, in the file or in a package.json above it. Absent for kinds of template without a framework.
        framework_stated: Value<bool>,
    }
    carried {
        /// The template as a tree; derivations work out its values once all files are read.
        document: Arc<Document>,
    }
}

fact! {
    /// A file that a template includes or is deployed with: an OpenAPI document, parameters for a stack.
    Fragment {
        /// What it is: `samconfig`, `terraform` for a file of a module or values for its variables, or `include` for what a template names.
        role: String,
    }
    carried {
        /// The file as a tree.
        document: Arc<Document>,
    }
}
