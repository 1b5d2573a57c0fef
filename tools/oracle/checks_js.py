"""npm, pnpm, yarn and cargo: how each locks, how its frozen check is asked, and what its words mean."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from .case import ERROR, FRESH, STALE, Case, Project
from .runner import Said, Tool, Verdict, tail
from .tools import MissingTool, NodeTool, must, npm_registry


class Npm(NodeTool):
    id, version, package, program = "npm", "11.19.1", "npm", "npm"

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "install", "--package-lock-only", "--ignore-scripts", *project.options)

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "ci", "--dry-run", "--ignore-scripts")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        text = tail(said.text.split("npm error Clean install a project")[0])
        if said.has("EUSAGE"):
            return Verdict(STALE, text)
        registry = ("code E404", "code ETARGET", "code ENOVERSIONS", "code ECONN", "code ETIMEDOUT", "code ENOTFOUND", "code ERESOLVE", "Could not resolve host", "code EAI_AGAIN")
        return Verdict(STALE, text, unresolvable=True) if said.has(*registry) else Verdict(ERROR, text, outside=said.has("EINTEGRITY"))


class Pnpm(NodeTool):
    package, program = "pnpm", "pnpm"
    stale = ("ERR_PNPM_OUTDATED_LOCKFILE", "ERR_PNPM_NO_LOCKFILE", "ERR_PNPM_LOCKFILE_CONFIG_MISMATCH", "ERR_PNPM_NO_IMPORTER")

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "install", "--lockfile-only", "--ignore-scripts", "--store-dir", self.store(), *project.options)

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "install", "--frozen-lockfile", "--lockfile-only", "--ignore-scripts", "--store-dir", self.store())

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        return Verdict(STALE if said.has(*self.stale) else ERROR, tail(said.text))

    def store(self) -> Path:
        return self.cache / "pnpm-store"


class Pnpm8(Pnpm):
    id, version = "pnpm-8", "8.15.9"


class Pnpm9(Pnpm):
    id, version = "pnpm-9", "9.15.9"


class Pnpm10(Pnpm):
    id, version = "pnpm-10", "10.34.9"


class Pnpm11(Pnpm):
    id, version, engine = "pnpm-11", "11.7.0", "22"


class Yarn1(NodeTool):
    id, version, package, program = "yarn-1", "1.22.22", "yarn", "yarn"
    quiet = ("--ignore-scripts", "--no-progress", "--non-interactive", "--ignore-engines", "--ignore-platform")

    def environment(self) -> dict[str, str]:
        # yarn 1 looks for the registry under its own name first.
        return super().environment() | {"YARN_REGISTRY": npm_registry(), "YARN_CACHE_FOLDER": str(self.cache / "yarn-1")}

    def make_lock(self, folder: Path, project: Project) -> Said:
        said = self.run(folder, self.bin, "install", *self.quiet)
        shutil.rmtree(folder / "node_modules", ignore_errors=True)
        return said

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "install", "--frozen-lockfile", *self.quiet)

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("Your lockfile needs to be updated"):
            return Verdict(STALE, tail(said.text))
        registry = ("Couldn't find any versions", "Couldn't find package", "Couldn't find match", "ENOTFOUND", "ECONNREFUSED", "Request failed")
        if said.has(*registry):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text), outside=said.has("Integrity check failed"))


class Berry(NodeTool):
    id, version, package, program = "yarn-berry", "4.18.1", "@yarnpkg/cli-dist", "yarn"

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "YARN_GLOBAL_FOLDER": str(self.cache / "yarn-berry"),
            "YARN_NPM_REGISTRY_SERVER": npm_registry().rstrip("/"),
            "YARN_ENABLE_TELEMETRY": "0",
            "YARN_ENABLE_PROGRESS_BARS": "0",
            "YARN_ENABLE_HARDENED_MODE": "0",
        }

    def make_lock(self, folder: Path, project: Project) -> Said:
        (folder / "yarn.lock").touch()
        return self.run(folder, self.bin, "install", "--mode=update-lockfile")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "install", "--immutable", "--mode=skip-build")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("The lockfile would have been modified", "The lockfile would have been created"):
            return Verdict(STALE, tail(said.text))
        registry = ("YN0080", "YN0082", "YN0035", "Registry failed to return tag", "Could not resolve host", "Listing the refs", "No candidates found", "Package not found", "Remote server failed", "ENOTFOUND", "ECONNREFUSED")
        if said.has(*registry) and not said.has("catalog"):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text), outside=said.has("YN0018", "The remote archive doesn't match"))


class Berry3(Berry):
    id, version = "yarn-3", "3.8.7"

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in super().environment().items() if name != "YARN_ENABLE_HARDENED_MODE"}


class Berry2(Berry3):
    id, version = "yarn-2", "2.4.2"

    def make_lock(self, folder: Path, project: Project) -> Said:
        (folder / "yarn.lock").touch()
        return self.run(folder, self.bin, "install", "--skip-builds")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "install", "--immutable", "--skip-builds")


class Bun(NodeTool):
    id, version, package, program = "bun", "1.4.4", "bun", "bun"

    def environment(self) -> dict[str, str]:
        return super().environment() | {"BUN_CONFIG_REGISTRY": npm_registry(), "BUN_INSTALL_CACHE_DIR": str(self.cache / "bun")}

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "install", "--lockfile-only", "--ignore-scripts")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.bin, "install", "--frozen-lockfile", "--dry-run", "--ignore-scripts")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("failed to resolve", "No version matching", "Workspace dependency", "404", "InvalidPackageJSON", "failed to parse"):
            registry = said.has("No version matching", "404") and not said.has("workspace")
            return Verdict(STALE if registry else ERROR, tail(said.text), unresolvable=registry)
        return Verdict(STALE if said.has("lockfile had changes") else ERROR, tail(said.text))


class Cargo(Tool):
    """The cargo on PATH; its index and crates live in the cache."""

    id, version = "cargo", "system"

    def install(self) -> None:
        program = shutil.which("cargo")
        if program is None:
            raise MissingTool("cargo is not on PATH")
        self.version = must([program, "--version"]).split()[1]
        self.own_home().mkdir(parents=True, exist_ok=True)
        settings = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "config.toml"
        if settings.exists():
            shutil.copy(settings, self.own_home() / "config.toml")

    def own_home(self) -> Path:
        return self.cache / "cargo"

    def environment(self) -> dict[str, str]:
        return {"CARGO_HOME": str(self.own_home()), "CARGO_TERM_COLOR": "never", "CARGO_NET_RETRY": "1"}

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, "cargo", "generate-lockfile")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, "cargo", "metadata", "--locked", "--format-version", "1")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("because --locked was passed", "needs to be updated but --locked"):
            return Verdict(STALE, tail(said.text))
        lacking = re.search(r"but `([^`]+)` does not have that feature", said.text)
        own = lacking is not None and any(re.search(rf'^name = "{re.escape(lacking[1])}"', text, re.M) for path, text in case.tree.items() if path.endswith("Cargo.toml"))
        if own or re.search(r"location searched: (/|[A-Z]:)", said.text):
            # The crate on disk has another version or no such feature: no lock can mend that.
            return Verdict(ERROR, tail(said.text))
        registry = ("failed to select a version for", "no matching package", "failed to get `", "Unable to update", "failed to load source for dependency", "failed to download")
        if said.has(*registry) and not said.has("failed to parse", "failed to read"):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text), outside=said.has("checksum for `"))
