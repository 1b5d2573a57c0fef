//! Where the code behind a handler stands: `app.main` is a name in `app.py`, `app.js` or `app.rb`.

use crate::path;

/// The languages whose handlers name a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// `module.function`, where the module may lie in packages.
    Python,
    /// `path/module.export`.
    Node,
    /// `path/file.method`.
    Ruby,
    /// Anything that is compiled before it is deployed.
    Compiled,
}

/// The language of a runtime identifier such as `python3.12`; `None` for those that nobody knows.
pub fn language(runtime: &str) -> Option<Language> {
    const PREFIXES: &[(&str, Language)] = &[
        ("python", Language::Python),
        ("nodejs", Language::Node),
        ("ruby", Language::Ruby),
        ("java", Language::Compiled),
        ("dotnet", Language::Compiled),
        ("go", Language::Compiled),
        ("provided", Language::Compiled),
    ];
    PREFIXES.iter().find(|(prefix, _)| runtime.starts_with(prefix)).map(|(_, language)| *language)
}

/// A handler in its two halves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handler {
    /// The module as a path below the code directory, without an ending: `orders/api`.
    pub module: String,
    /// The name in it.
    pub function: String,
}

impl Handler {
    /// Splits a handler as the runtime of its language does; `None` when it has no two halves.
    ///
    /// Python takes the last dot and reads slashes as dots, Node and Ruby take the first dot
    /// of the last path segment (runtime interface clients, read 2026-11-23).
    pub fn parse(text: &str, language: Language) -> Option<Self> {
        let (module, function) = match language {
            Language::Python => text.rsplit_once('.').map(|(module, function)| (module.replace('.', "/"), function))?,
            Language::Node | Language::Ruby => {
                let base = text.rfind('/').map_or(0, |slash| slash + 1);
                let (name, function) = text[base..].split_once('.')?;
                (format!("{}{name}", &text[..base]), function)
            }
            Language::Compiled => return None,
        };
        let is_complete = !module.is_empty() && !module.ends_with('/') && !function.is_empty();
        is_complete.then(|| Self { module, function: function.to_owned() })
    }

    /// The files that may hold the module, from the root, in the order in which they are tried.
    pub fn files(&self, directory: &str, language: Language) -> Vec<String> {
        let endings: &[&str] = match language {
            Language::Python => &["/__init__.py", ".py"],
            Language::Node => &[".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx"],
            Language::Ruby => &[".rb"],
            Language::Compiled => &[],
        };
        let Some(module) = path::join(directory, &self.module) else { return Vec::new() };
        endings.iter().map(|ending| format!("{module}{ending}")).collect()
    }
}

/// The files that may hold the modules of handlers, over all values that each part may have,
/// with the readers of their languages.
pub fn module_files(runtimes: &[String], handlers: &[String], directories: &[String]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (own, reader) in [(Language::Python, "python_module"), (Language::Node, "node_module")] {
        if !runtimes.iter().any(|runtime| language(runtime) == Some(own)) {
            continue;
        }
        for handler in handlers.iter().filter_map(|text| Handler::parse(text, own)) {
            for directory in directories {
                found.extend(handler.files(directory, own).into_iter().map(|path| (path, reader)));
            }
        }
    }
    found
}

/// How many directories above a module are tried for what it imports.
const ABOVE: usize = 4;

/// The files that an import of a Python module may name: seen from the code directory when it is
/// known, otherwise from the module's own directory and those above it.
pub fn imported_files(importer: &str, code: Option<&str>, level: u32, module: &str, names: &[String]) -> Vec<String> {
    let own = path::directory(importer);
    let relative = module.replace('.', "/");
    let bases: Vec<&str> = match (level, code) {
        (0, Some(code)) => vec![code, own],
        (0, None) => path::ancestors(own).take(ABOVE).collect(),
        (level, _) => path::ancestors(own).nth(level as usize - 1).into_iter().collect(),
    };
    let mut found = Vec::new();
    for base in bases {
        let Some(stem) = path::join(base, &relative) else { continue };
        if !stem.is_empty() {
            found.push(format!("{stem}.py"));
            found.push(format!("{stem}/__init__.py"));
        }
        for name in names {
            found.extend(path::join(&stem, &format!("{name}.py")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves() {
        let cases = [
            ("app.main", Language::Python, Some(("app", "main"))),
            ("src.orders.api.handler", Language::Python, Some(("src/orders/api", "handler"))),
            ("src/app.handler", Language::Python, Some(("src/app", "handler"))),
            ("dist/index.api.get", Language::Node, Some(("dist/index", "api.get"))),
            ("run.sh", Language::Node, Some(("run", "sh"))),
            ("bootstrap", Language::Python, None),
            (".handler", Language::Python, None),
            ("app.", Language::Python, None),
        ];
        for (text, language, expected) in cases {
            let found = Handler::parse(text, language);
            let halves = found.as_ref().map(|handler| (handler.module.as_str(), handler.function.as_str()));
            assert_eq!(halves, expected, "{text}");
        }
    }

    #[test]
    fn files_stay_inside() {
        let handler = Handler { module: "../../x".to_owned(), function: "f".to_owned() };
        assert!(handler.files("src", Language::Python).is_empty());
    }
}
