//! Whether a repository states the version of the framework that deploys a service.

use crate::discover::Listing;
use crate::facts::{Dependency, Facts};
use crate::path;
use crate::value::Value;

/// Packages that bring the framework.
const PACKAGES: &[&str] = &["serverless", "osls"];

/// Fills in `framework_stated` of the services.
pub(super) fn state(facts: &mut Facts, files: &Listing) {
    let asks = |dependency: &&Dependency| PACKAGES.contains(&dependency.package.as_str());
    let homes: Vec<String> = facts
        .dependencies
        .iter()
        .filter(asks)
        .map(|dependency| path::directory(&dependency.header.path).to_owned())
        .collect();
    for template in facts.templates.iter_mut().filter(|template| template.surface == "serverless") {
        let own = path::directory(&template.header.path);
        let has_package =
            || path::ancestors(own).any(|above| path::join(above, "package.json").is_some_and(|path| files.has(&path)));
        let is_installed = homes.iter().any(|home| path::is_below(own, home));
        template.framework_stated = match template.document.root().get("frameworkVersion") {
            Some(node) => Value { span: Some(node.span()), ..Value::derived(true) },
            None if is_installed => Value::derived(true),
            None if has_package() => Value::unknown("package.json may state it", None),
            None => Value::derived(false),
        };
    }
}
