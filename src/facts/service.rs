//! Services: the directories that own everything else.

use super::field::Count;
use super::table::fact;

fact! {
    /// A directory with a manifest or a deployable template: what a team deploys and rolls back. Every other fact belongs to the nearest one above it.
    Service {
        /// The directory, from the root; empty for the root itself.
        directory: String,
        /// The ecosystems found in it: python, rust, node, aws.
        ecosystems: Vec<String>,
        /// How many Lambda functions it declares.
        lambda_count: Count,
    }
}
