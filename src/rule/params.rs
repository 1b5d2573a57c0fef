//! Parameters of a rule: thresholds and lists that `reproof.toml` may change without copying the rule.

use crate::config::ParamValue;
use crate::nearest::nearest;

/// Why a parameter cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParamError {
    /// The rule has no such parameter; the nearest name, if one is near.
    #[error("there is no parameter `{name}`")]
    Unknown {
        /// The name asked for.
        name: String,
        /// What may have been meant.
        meant: Option<String>,
        /// The parameters that the rule has.
        known: Vec<String>,
    },
    /// The value has another type than the rule's own.
    #[error("the parameter `{name}` is {wanted}, not {found}")]
    Type {
        /// The parameter.
        name: String,
        /// The type of the rule's own value, in words.
        wanted: &'static str,
        /// The type of the value given, in words.
        found: &'static str,
    },
}

impl ParamError {
    /// What to do about it, when that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Unknown { meant: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::Unknown { known, .. } if known.is_empty() => Some("this rule has none".to_owned()),
            Self::Unknown { known, .. } => Some(format!("this rule has: {}", known.join(", "))),
            Self::Type { .. } => None,
        }
    }
}

/// The parameters of a rule by name, in the order of the rule file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params {
    list: Vec<(String, ParamValue)>,
}

impl Params {
    /// Adds a parameter; the loader has seen to it that names are unique.
    pub(super) fn add(&mut self, name: &str, value: ParamValue) {
        self.list.push((name.to_owned(), value));
    }

    /// Names and values, in the order of the rule file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ParamValue)> {
        self.list.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&ParamValue> {
        self.position(name).map(|at| self.at(at))
    }

    /// Where a name stands, for expressions.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|(known, _)| known == name)
    }

    /// The value at a position.
    pub(super) fn at(&self, position: usize) -> &ParamValue {
        &self.list[position].1
    }

    /// Gives a parameter another value of the same type.
    ///
    /// # Errors
    /// When there is no such parameter or the type differs.
    pub fn set(&mut self, name: &str, value: ParamValue) -> Result<(), ParamError> {
        let Some(at) = self.position(name) else {
            let meant = nearest(name, self.iter().map(|(known, _)| known)).map(str::to_owned);
            let known = self.iter().map(|(known, _)| known.to_owned()).collect();
            return Err(ParamError::Unknown { name: name.to_owned(), meant, known });
        };
        let own = &mut self.list[at].1;
        if std::mem::discriminant(own) != std::mem::discriminant(&value) {
            let (wanted, found) = (own.type_words(), value.type_words());
            return Err(ParamError::Type { name: name.to_owned(), wanted, found });
        }
        *own = value;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_keeps_its_type() {
        let mut params = Params::default();
        params.add("limit", ParamValue::Int(29));
        assert_eq!(params.set("limit", ParamValue::Int(20)), Ok(()));
        assert_eq!(params.get("limit"), Some(&ParamValue::Int(20)));
        let wrong = params.set("limit", ParamValue::Text("20".to_owned())).map_err(|error| error.to_string());
        assert_eq!(wrong, Err("the parameter `limit` is a whole number, not a text".to_owned()));
        let unknown = params.set("limt", ParamValue::Int(1));
        assert_eq!(unknown.unwrap_err().help().unwrap(), "did you mean `limit`?");
        assert_eq!(params.set("roof", ParamValue::Int(1)).unwrap_err().help().unwrap(), "this rule has: limit");
        assert_eq!(
            Params::default().set("roof", ParamValue::Int(1)).unwrap_err().help().unwrap(),
            "this rule has none"
        );
        assert_eq!(ParamValue::Texts(vec![]).read_like("a, b"), Some(ParamValue::Texts(vec!["a".into(), "b".into()])));
        assert_eq!(ParamValue::Int(1).read_like("x"), None);
    }
}
