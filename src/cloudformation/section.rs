//! The sections of a template: one of each, or several where another front end joins parts.

use crate::syntax::Node;

/// The maps of each section that declares what expressions may name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sections<'d> {
    named: Vec<(&'static str, Node<'d>)>,
}

/// The sections that expressions read.
const NAMES: &[&str] = &["Parameters", "Mappings", "Conditions", "Resources"];

impl<'d> Sections<'d> {
    /// The sections of the template at `root`.
    pub(crate) fn of(root: Node<'d>) -> Self {
        let mut sections = Self::default();
        sections.join(root, Some);
        sections
    }

    /// Joins the sections of another part of the template, each as `resolve` fills it in.
    pub(crate) fn join(&mut self, part: Node<'d>, resolve: impl Fn(Node<'d>) -> Option<Node<'d>>) {
        let own = NAMES.iter().filter_map(|name| Some((*name, resolve(part.get(name)?)?)));
        self.named.extend(own);
    }

    /// The maps of a section, in the order in which they were joined.
    pub(crate) fn parts(&self, section: &str) -> impl Iterator<Item = Node<'d>> {
        self.named.iter().filter(move |(name, _)| *name == section).map(|(_, part)| *part)
    }
}
