//! What an expression of a template comes to, as far as the template itself tells.
//!
//! Total: every expression has an answer, if only "unknown" with the reason. Depth, steps and
//! the number of alternatives are bounded, so no template can make it hang.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::resource::is_looped;
use super::section::Sections;
use super::term::{Piece, Term, alternatives};
use crate::syntax::{Kind, Node};

/// Expressions nested deeper than this are not followed.
const DEPTH: u8 = 64;

/// How many expressions one value may take to work out.
const STEPS: u32 = 20_000;

/// More possible values than this are not told apart.
pub(super) const ALTERNATIVES: usize = 32;

/// Values that a deployment gives to parameters, by name. `None` among them stands for the
/// parameter's own default, for deployments that do not set it. No value at all: one that is not known.
pub type Overrides = BTreeMap<String, Vec<Option<String>>>;

/// Works out the expressions of one template.
#[derive(Debug)]
pub(super) struct Evaluator<'d> {
    sections: Sections<'d>,
    overrides: Overrides,
    /// Resources that another front end adds to the template.
    added: BTreeSet<String>,
    /// The loop variables of `Fn::ForEach` around the expression.
    variables: Vec<(String, String)>,
    /// Fills in the variables of another front end, which it does before CloudFormation sees the template.
    filler: Option<Filler<'d>>,
    steps: Cell<u32>,
}

/// What a scalar with variables of another front end comes to.
pub(crate) struct Filler<'d>(Box<dyn Fn(Node<'d>) -> Term<'d> + 'd>);

impl<'d> Filler<'d> {
    pub(crate) fn new(fill: impl Fn(Node<'d>) -> Term<'d> + 'd) -> Self {
        Self(Box::new(fill))
    }
}

impl std::fmt::Debug for Filler<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Filler")
    }
}

impl<'d> Evaluator<'d> {
    /// An evaluator for the template of these sections.
    pub(super) fn new(sections: Sections<'d>, overrides: Overrides) -> Self {
        Self {
            sections,
            overrides,
            added: BTreeSet::new(),
            variables: Vec::new(),
            filler: None,
            steps: Cell::new(STEPS),
        }
    }

    /// Has the variables of another front end filled in from now on.
    pub(super) fn fill_with(&mut self, filler: Filler<'d>) {
        self.filler = Some(filler);
    }

    /// What a scalar comes to once the variables of another front end are filled in; `None` when it has none.
    pub(super) fn filled(&self, node: Node<'d>) -> Option<Term<'d>> {
        let filler = self.filler.as_ref().filter(|_| node.scalar().is_some_and(|text| text.contains("${")))?;
        Some((filler.0)(node))
    }

    /// What a section declares under a name.
    pub(super) fn declared(&self, section: &str, name: &str) -> Option<Node<'d>> {
        self.sections.parts(section).find_map(|part| part.get(name))
    }

    /// Makes a resource referable that the template itself does not write.
    pub(super) fn add(&mut self, id: &str) {
        self.added.insert(id.to_owned());
    }

    /// Sets the loop variables that hold from now on.
    pub(super) fn bind(&mut self, variables: Vec<(String, String)>) {
        self.variables = variables;
    }

    /// What the expression at `node` comes to.
    pub(super) fn term(&self, node: Node<'d>) -> Term<'d> {
        self.steps.set(STEPS);
        self.eval(node, 0)
    }

    /// What is at `key` of a term that should be a map.
    pub(super) fn get(&self, term: &Term<'d>, key: &str) -> Term<'d> {
        match term {
            Term::Node(node) => self.entry(*node, key),
            Term::OneOf(terms) => Term::one_of(terms.iter().map(|term| self.get(term, key)).collect()),
            Term::Unknown(reason) => Term::Unknown(reason.clone()),
            Term::Absent | Term::Text(_) | Term::List(_) => Term::Absent,
        }
    }

    fn entry(&self, map: Node<'d>, key: &str) -> Term<'d> {
        match map.get(key) {
            Some(value) => self.term(value),
            None if map.get("Fn::Transform").is_some() => Term::Unknown("a macro fills it in".to_owned()),
            None => Term::Absent,
        }
    }

    /// The items of a term that should be a list, those of an `AWS::NoValue` left out. `None` when unknown.
    pub(super) fn items(&self, term: &Term<'d>) -> Option<Vec<Term<'d>>> {
        match term {
            Term::Node(node) if node.is_list() => {
                let items = node.items().map(|item| self.term(item)).filter(|item| !matches!(item, Term::Absent));
                Some(items.collect())
            }
            Term::Node(node) if node.is_map() => None,
            Term::List(items) => Some(items.clone()),
            Term::Absent => Some(Vec::new()),
            Term::Node(_) | Term::Text(_) => Some(vec![term.clone()]),
            Term::OneOf(_) | Term::Unknown(_) => None,
        }
    }

    pub(super) fn eval(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        match node.tag().and_then(|tag| tag.strip_prefix('!')) {
            Some(name) if is_function(name) => self.call(name, node, depth),
            _ => self.untagged(node, depth),
        }
    }

    /// The expression at `node` without regard to its tag.
    pub(super) fn untagged(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        if depth > DEPTH || !self.step() {
            return Term::Unknown("the expression is too large to follow".to_owned());
        }
        match node.kind() {
            Kind::Null => Term::Absent,
            Kind::Map => match long_form(node) {
                Some((name, argument)) => self.call(name, argument, depth),
                None => Term::Node(node),
            },
            Kind::List => Term::Node(node),
            _ => self.filled(node).unwrap_or_else(|| literal(node)),
        }
    }

    /// Takes one step; `false` when there are none left.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    fn call(&self, name: &str, node: Node<'d>, depth: u8) -> Term<'d> {
        match name {
            "Ref" => node.scalar().map_or_else(|| malformed(name), |id| self.reference(id, depth)),
            "GetAtt" => self.attribute(node),
            "Sub" => self.substitute(node, depth),
            "Join" => self.join(node, depth),
            "FindInMap" => self.find_in_map(node, depth),
            "If" => self.choose(node, depth),
            "Select" => self.select(node, depth),
            "Split" => self.split(node, depth),
            "Length" => self.length(node, depth),
            "Base64" => Term::Unknown("it is encoded at deployment".to_owned()),
            "ImportValue" => Term::Unknown("another stack exports it".to_owned()),
            "Transform" => Term::Unknown("a macro decides it".to_owned()),
            "Condition" | "Equals" | "Not" | "And" | "Or" => match self.holds(node, name, depth) {
                Some(answer) => Term::text(if answer { "true" } else { "false" }),
                None => Term::Unknown("its condition cannot be decided".to_owned()),
            },
            _ => Term::Unknown(format!("Fn::{name} is worked out at deployment")),
        }
    }

    pub(super) fn reference(&self, id: &str, depth: u8) -> Term<'d> {
        if let Some((_, value)) = self.variables.iter().rev().find(|(name, _)| name == id) {
            return Term::text(value);
        }
        match id {
            "AWS::NoValue" => return Term::Absent,
            "AWS::Partition" => return Term::text("aws"),
            "AWS::URLSuffix" => return Term::text("amazonaws.com"),
            _ if id.starts_with("AWS::") => return Term::Text(vec![deployment_value(id)]),
            _ => {}
        }
        if let Some(parameter) = self.declared("Parameters", id) {
            return self.parameter(id, parameter, depth);
        }
        Term::Text(vec![self.resource(id, None)])
    }

    /// A resource as a piece. SAM also makes `Function.Alias` and `Function.Version` referable.
    pub(super) fn resource(&self, id: &str, attribute: Option<&str>) -> Piece {
        let base = id.split_once('.').map_or(id, |(base, _)| base);
        if self.declared("Resources", base).is_some()
            || self.added.contains(base)
            || self.sections.parts("Resources").any(|part| is_looped(part, base))
        {
            return Piece::Resource { id: base.to_owned(), attribute: attribute.map(str::to_owned) };
        }
        Piece::Unknown {
            written: format!("${{{id}}}"),
            reason: format!("{id} is neither a parameter nor a resource of this template"),
        }
    }

    fn parameter(&self, id: &str, parameter: Node<'d>, depth: u8) -> Term<'d> {
        let kind = parameter.get("Type").and_then(Node::scalar).unwrap_or("String");
        if kind.starts_with("AWS::SSM::Parameter::") {
            return Term::Unknown(format!("parameter {id} is read from the parameter store at deployment"));
        }
        let is_list = kind == "CommaDelimitedList" || kind.starts_with("List<");
        let default = || self.default_of(id, parameter, is_list, depth);
        match self.overrides.get(id) {
            Some(values) if values.is_empty() => Term::Unknown(format!("parameter {id} is given by the stack above")),
            Some(values) => Term::one_of(
                values
                    .iter()
                    .map(|value| match value {
                        Some(value) if is_list => comma_list(value),
                        Some(value) => Term::text(value),
                        None => default(),
                    })
                    .collect(),
            ),
            None => default(),
        }
    }

    fn default_of(&self, id: &str, parameter: Node<'d>, is_list: bool, depth: u8) -> Term<'d> {
        if let Some(default) = parameter.get("Default") {
            return match default.scalar() {
                Some(text) if is_list => comma_list(text),
                Some(_) => literal(default),
                None => Term::Node(default),
            };
        }
        match parameter.get("AllowedValues") {
            Some(allowed) if allowed.is_list() && !is_list => Term::one_of(
                allowed.items().take(ALTERNATIVES + 1).map(|value| self.untagged(value, depth + 1)).collect(),
            ),
            _ => Term::Unknown(format!("parameter {id} has no default")),
        }
    }

    fn attribute(&self, node: Node<'d>) -> Term<'d> {
        let parts: Vec<&str> = match node.scalar() {
            Some(text) => text.splitn(2, '.').collect(),
            None => node.items().filter_map(Node::scalar).collect(),
        };
        match parts.as_slice() {
            [id] => Term::Text(vec![self.resource(&self.expand(id), None)]),
            [id, attribute] => Term::Text(vec![self.resource(&self.expand(id), Some(attribute))]),
            _ if node.is_list() => Term::Unknown("the attribute is chosen at deployment".to_owned()),
            _ => malformed("GetAtt"),
        }
    }

    /// `Name${Loop}` with the loop's variable filled in.
    pub(super) fn expand(&self, text: &str) -> String {
        let fill = |text: String, (name, value): &(String, String)| {
            text.replace(&format!("${{{name}}}"), value).replace(&format!("&{{{name}}}"), value)
        };
        self.variables.iter().fold(text.to_owned(), fill)
    }

    fn choose(&self, node: Node<'d>, depth: u8) -> Term<'d> {
        let arguments: Vec<Node<'d>> = node.items().take(3).collect();
        let [condition, yes, no] = arguments.as_slice() else { return malformed("If") };
        let Some(name) = condition.scalar() else { return malformed("If") };
        match self.condition(name, depth + 1) {
            Some(true) => self.eval(*yes, depth + 1),
            Some(false) => self.eval(*no, depth + 1),
            None => Term::one_of(vec![self.eval(*yes, depth + 1), self.eval(*no, depth + 1)]),
        }
    }
}

/// All texts a term may be, when each of them is known.
pub(super) fn known_texts(term: &Term<'_>) -> Option<Vec<String>> {
    alternatives(term)
        .into_iter()
        .map(|pieces| match pieces.as_slice() {
            [] => Some(String::new()),
            [Piece::Text(text)] => Some(text.clone()),
            _ => None,
        })
        .collect()
}

/// A scalar as it stands; a dynamic reference is looked up at deployment.
fn literal(node: Node<'_>) -> Term<'_> {
    match node.scalar() {
        Some(text) if text.contains("{{resolve:") => {
            Term::Unknown("it is looked up at deployment ({{resolve:...}})".to_owned())
        }
        _ => Term::Node(node),
    }
}

fn comma_list<'d>(text: &str) -> Term<'d> {
    Term::List(text.split(',').map(|item| Term::text(item.trim())).collect())
}

fn deployment_value(id: &str) -> Piece {
    Piece::Unknown { written: format!("${{{id}}}"), reason: format!("{id} is known only at deployment") }
}

pub(super) fn malformed<'d>(name: &str) -> Term<'d> {
    Term::Unknown(format!("its {name} is not of the form that CloudFormation reads"))
}

/// The function of a map such as `{"Fn::Sub": ...}` and its argument.
pub(super) fn long_form(node: Node<'_>) -> Option<(&str, Node<'_>)> {
    let mut entries = node.own_entries();
    let only = entries.next()?;
    if entries.next().is_some() {
        return None;
    }
    let name = only.key.scalar()?;
    let function = match name.strip_prefix("Fn::") {
        Some(function) => function,
        None if name == "Ref" => name,
        None => return None,
    };
    Some((function, only.value))
}

/// Whether a node is an expression rather than a plain value.
pub(crate) fn is_expression(node: Node<'_>) -> bool {
    node.tag().and_then(|tag| tag.strip_prefix('!')).is_some_and(is_function) || long_form(node).is_some()
}

fn is_function(name: &str) -> bool {
    const FUNCTIONS: &[&str] = &[
        "Ref",
        "GetAtt",
        "Sub",
        "Join",
        "FindInMap",
        "If",
        "Select",
        "Split",
        "Base64",
        "ImportValue",
        "Transform",
        "Condition",
        "Equals",
        "Not",
        "And",
        "Or",
        "Cidr",
        "GetAZs",
        "Length",
        "ToJsonString",
    ];
    FUNCTIONS.contains(&name)
}
