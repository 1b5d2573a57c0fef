//! Finds the services and gives every fact the nearest one above it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cdk;
use crate::facts::{Count, Facts, Header, Link, Service};
use crate::path;
use crate::source::Span;

struct Found {
    span: Span,
    ecosystems: BTreeSet<String>,
    lambdas: i64,
}

/// Adds a service for each directory with a manifest or a function, and links all facts to them.
pub(super) fn own(facts: &mut Facts) {
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut note = |directory: &str, header: &Header, ecosystem: &str, lambdas: i64| {
        let entry = found.entry(directory.to_owned()).or_insert_with(|| Found {
            span: header.span,
            ecosystems: BTreeSet::new(),
            lambdas: 0,
        });
        entry.ecosystems.insert(ecosystem.to_owned());
        entry.lambdas += lambdas;
    };
    for manifest in &facts.manifests {
        note(path::directory(&manifest.header.path), &manifest.header, &manifest.ecosystem, 0);
    }
    let homes: BTreeSet<&str> = facts.manifests.iter().map(|one| path::directory(&one.header.path)).collect();
    for lambda in &facts.lambdas {
        let own = path::directory(&lambda.header.path);
        // A module of an app is no template: its functions belong to the project around it.
        let is_module = lambda.surface == cdk::SURFACE;
        let home = path::ancestors(own).find(|above| is_module && homes.contains(above));
        note(home.unwrap_or(own), &lambda.header, "aws", 1);
    }
    let mut by_directory: BTreeMap<String, Link<Service>> = BTreeMap::new();
    for (directory, Found { span, ecosystems, lambdas }) in found {
        let service = Service {
            header: Header::new(&directory.as_str().into(), directory.clone(), span),
            directory: directory.clone(),
            ecosystems: ecosystems.into_iter().collect(),
            lambda_count: Count(lambdas),
        };
        by_directory.insert(directory, facts.add(service));
    }
    let nearest =
        |path: &str| path::ancestors(path::directory(path)).find_map(|above| by_directory.get(above).copied());
    // The facts of a file follow each other.
    let mut last: Option<(Arc<str>, Option<Link<Service>>)> = None;
    facts.each_header(|header| {
        let known = last.as_ref().filter(|(path, _)| Arc::ptr_eq(path, &header.path)).map(|(_, service)| *service);
        header.service = known.unwrap_or_else(|| {
            let service = nearest(&header.path);
            last = Some((Arc::clone(&header.path), service));
            service
        });
    });
    for link in facts.links::<Service>() {
        facts[link].header.service = Some(link);
    }
}
