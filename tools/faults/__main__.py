"""Puts faults into checked-out repositories and counts how many reproof finds on their line.

    python3 -m tools.faults --reproof target/debug/reproof --repositories DIR [--faults 200] [--seed 1] [--keep FILE]

DIR holds one folder a repository. Each file gets one fault at most; a repository is checked before and after, and a fault
counts as found when a finding stands on its line that was not there before (a deleted lockfile: on its manifest). Lines
with a finding of their own are left alone: there is nothing to tell the new one by. Each deleted lockfile gets a copy of its own, because a
command cannot pass over a lockfile that is gone, and no project stands out where most have none. What harms nobody is no fault: the machine or
version of a job that never checks the repository out, a command whose lockfile the same job proves or compares besides, images of tests and demonstrations. DIR is not changed: the faults are put into
copies, which share the files that stay. Standard library only.
"""
import argparse
import collections
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
DOCKERFILE = re.compile(r"(^|/)Dockerfile[^/]*$")
SAMPLES = re.compile(r"(^|/)(vendor|third[_-]party|test[_-]?data|fixtures?|__fixtures__|examples?|samples?|templates?|snapshots|node_modules|tests?|cookiecutter)/")

ASIDE = re.compile(r"(^|[/_.-])(tests?|demos?|dev|devel)([/_.-]|$)")

# kind, file pattern, line pattern, what takes the place of the match
LINES = [
    ("loosened action", WORKFLOW, r"(uses:\s*[\w.-]+/[\w.-]+)@([0-9a-f]{40})\s*(#.*)?$", r"\1@main"),
    ("loosened action", WORKFLOW, r"(uses:\s*[\w.-]+/[\w.-]+)@v\d+\.\d+\.\d+$", r"\1@main"),
    ("loosened runner", WORKFLOW, r"(runs-on:\s*)(ubuntu-\d\d\.\d\d)\s*$", r"\1ubuntu-latest"),
    ("loosened version", WORKFLOW, r"^(\s*python-version:\s*)['\"]?3\.\d+(\.\d+)?['\"]?\s*$", r"\1'3.x'"),
    ("loosened version", WORKFLOW, r"^(\s*node-version:\s*)['\"]?\d+(\.\d+)*(\.x)?['\"]?\s*$", r"\1latest"),
    ("moved version", WORKFLOW, r"^(\s*python-version:\s*)['\"]?3\.1[0-4]['\"]?\s*$", r"\g<1>3.10"),
    ("loosened image", DOCKERFILE, r"^(FROM\s+[\w./-]+):[\w.-]*\d[\w.-]*(@sha256:\w+)?(\s+[aA][sS]\s+\w+)?\s*$", r"\1:latest\3"),
    ("loosened hook", re.compile(r"^\.pre-commit-config\.yaml$"), r"(\brev:\s*)['\"]?[v\d][\w.-]*['\"]?\s*(#.*)?$", r"\1main"),
    ("loosened version", re.compile(r"(^|/)\.python-version$"), r"^3\.\d+(\.\d+)?\s*$", r"3"),
    ("loosened version", re.compile(r"(^|/)\.nvmrc$"), r"^v?\d+(\.\d+)*\s*$", r"lts/*"),
    ("loosened version", re.compile(r"(^|/)rust-toolchain\.toml$"), r"^(channel\s*=\s*)\"[\d.]+\"", r'\1"stable"'),
    ("unlocked command", WORKFLOW, r"(^|[\s&;])npm ci\b", r"\1npm install"),
    ("unlocked command", WORKFLOW, r"\b(uv (?:sync|run))\b(.*?) --(?:locked|frozen)\b", r"\1\2"),
    ("unlocked command", WORKFLOW, r"\b(cargo (?:build|test|clippy|run|doc|check))\b(.*?) --locked\b", r"\1\2"),
    ("unlocked command", DOCKERFILE, r"\bnpm ci\b", r"npm install"),
    ("unlocked command", DOCKERFILE, r"\b(uv sync)\b(.*?) --(?:locked|frozen)\b", r"\1\2"),
    ("unpinned install", WORKFLOW, r"(pip install [^|&;]*?\b[\w-]+)==[\w.]+", r"\1"),
    ("unpinned install", WORKFLOW, r"(npm (?:install|i) -g [\w@/-]+?)@\d[\w.]*", r"\1"),
    ("loosened include", re.compile(r"(^|/)\.circleci/config\.yml$"), r"^(\s+[\w-]+:\s*[\w-]+/[\w-]+)@[\d.]+\s*$", r"\1@volatile"),
    ("loosened image", re.compile(r"(^|/)\.gitlab-ci\.yml$"), r"^(\s*(?:image|name):\s*['\"]?[\w./-]+):[\w.-]*\d[\w.-]*(['\"]?)\s*$", r"\1:latest\2"),
    ("loosened version", re.compile(r"(^|/)[\w.-]*buildspec[\w.-]*\.ya?ml$"), r"^(\s+(?:python|nodejs):\s*)['\"]?\d+(\.[\dx]+)*['\"]?\s*$", r"\1latest"),
    ("loosened service", re.compile(r"(^|/)(docker-)?compose[\w.-]*\.ya?ml$"), r"^(\s+image:\s*[\w./-]+):[\w.-]*\d[\w.-]*\s*$", r"\1:latest"),
]
LOCKS = {"uv.lock": "pyproject.toml", "poetry.lock": "pyproject.toml", "package-lock.json": "package.json",
         "yarn.lock": "package.json", "pnpm-lock.yaml": "package.json", "Gemfile.lock": "Gemfile", "composer.lock": "composer.json"}


def files(root):
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in (".git", "node_modules"))
        for name in sorted(names):
            # A link would put the fault into a file that has one of its own.
            if os.path.islink(os.path.join(folder, name)):
                continue
            yield os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")


def text_of(root, path):
    try:
        with open(os.path.join(root, path), encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return None


def sites(root):
    """Every place where a fault can be put: (kind, path, line number or None, new text of the file or None)."""
    for path in files(root):
        if SAMPLES.search(path):
            continue
        name = path.rsplit("/", 1)[-1]
        manifest = os.path.join(os.path.dirname(path), LOCKS.get(name, ""))
        if name in LOCKS and os.path.isfile(os.path.join(root, manifest)) and asks(text_of(root, manifest) or ""):
            yield "deleted lock", path, None, manifest.replace(os.sep, "/")
        for kind, file_pattern, line_pattern, new in LINES:
            if not file_pattern.search(path):
                continue
            text = text_of(root, path)
            if text is None or (kind == "loosened runner" and "ubuntu-latest" in text):
                continue
            lines = text.split("\n")
            for number, line in enumerate(lines):
                bare = line.rstrip("\r")
                if kind.endswith("version") and file_pattern is WORKFLOW and above(lines, number) != "with:":
                    continue
                if bare.lstrip().startswith("#"):
                    continue
                changed = re.sub(line_pattern, new, bare, count=1)
                if changed != bare and harms(kind, path, lines, number):
                    yield kind, path, number + 1, "\n".join(lines[:number] + [changed] + lines[number + 1:])


def harms(kind, path, lines, number):
    """Whether a change of this line is a fault at all."""
    if DOCKERFILE.search(path):
        return not ASIDE.search(path)
    if not WORKFLOW.search(path):
        return True
    job = job_of(lines, number)
    if kind in ("loosened runner", "loosened version"):
        return "actions/checkout" in "\n".join(job) and not any(line.strip().startswith("repository:") for line in job)
    if kind == "unlocked command":
        tool = re.search(r"\b(npm|uv|cargo)\b", lines[number]).group(1)
        proof = re.compile(rf"\b{tool} (ci\b|.*--(locked|frozen)\b)")
        is_proved = any(proof.search(line) for line in job[:job.index(lines[number])])
        is_looked_at = "git diff" in "\n".join(job) or "git status" in "\n".join(job)
        return not is_proved and not is_looked_at and "name:" not in lines[number]
    return True


def job_of(lines, number):
    """The lines of the job that a line of a workflow stands in."""
    starts = [at for at, line in enumerate(lines) if re.match(r"  [\w-]+:\s*(#.*)?$", line)] + [len(lines)]
    first = max((at for at in starts if at <= number), default=0)
    return lines[first:min(at for at in starts if at > number)]


def asks(manifest):
    """Whether a manifest asks for something: a lockfile of nothing is no loss."""
    return re.search(r"ependencies[\"']?\]?\s*[:=]?\s*[\[{]?\s*(?<!ependencies)[\"'\w]|\bgem\b|\"require\"", manifest) is not None


def above(lines, number):
    """The line that a line is indented below: versions of a matrix stand below no `with:`."""
    depth = len(lines[number]) - len(lines[number].lstrip())
    for line in reversed(lines[:number]):
        if line.strip() and len(line) - len(line.lstrip()) < depth:
            return line.strip()
    return ""


def findings(reproof, root):
    done = subprocess.run([reproof, "check", "--format", "json", "--now", "2026-11-24", "--reproducible", root],
                          capture_output=True, text=True, timeout=600)
    report = json.loads(done.stdout)
    return {(f["rule"], place["path"], place["line"], f["severity"])
            for f in report["findings"] for place in [f["location"]] + f["related"]}


def shared(source, target):
    """A second name of a file; where that cannot be had, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def tried(reproof, source, before, chosen):
    """What is found of the faults of one copy: (kind, repository, path, line or None, rules that found it)."""
    standing = {(path, line) for _, path, line, _ in before}
    chosen = [site for site in chosen if not site[3] or (site[2], site[3]) not in standing]
    if not chosen:
        return []
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "copy")
        shutil.copytree(source, copy, symlinks=True, copy_function=shared)
        for _, _, path, line, new in chosen:
            os.remove(os.path.join(copy, path))
            if line is not None:
                with open(os.path.join(copy, path), "w", encoding="utf-8", newline="") as file:
                    file.write(new)
        after = findings(reproof, copy) - before
    rows = []
    for name, kind, path, line, new in chosen:
        place = path if line else new
        hits = sorted({(rule, severity) for rule, p, at, severity in after if p == place and line in (None, at)})
        rows.append((kind, name, place, line, hits))
    return rows


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--reproof", required=True)
    parser.add_argument("--repositories", required=True)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", help="write every fault and what became of it to this file")
    args = parser.parse_args()
    chance = random.Random(args.seed)
    pool = collections.defaultdict(list)
    for name in sorted(os.listdir(args.repositories)):
        for site in sites(os.path.join(args.repositories, name)):
            pool[site[0]].append((name,) + site)
    chosen, taken = [], set()
    for kind in pool:
        chance.shuffle(pool[kind])
    while len(chosen) < args.faults and any(pool.values()):
        for kind in sorted(pool):
            while pool[kind]:
                site = pool[kind].pop()
                if (site[0], site[2]) not in taken:
                    taken.add((site[0], site[2]))
                    chosen.append(site)
                    break
            if len(chosen) == args.faults:
                break
    rows = []
    for name in sorted({site[0] for site in chosen}):
        source = os.path.join(args.repositories, name)
        before = findings(args.reproof, source)
        own = [site for site in chosen if site[0] == name]
        for sites_of_one in [[site for site in own if site[3]]] + [[site] for site in own if not site[3]]:
            rows.extend(tried(args.reproof, source, before, sites_of_one))
    counts = collections.Counter(row[0] for row in rows)
    found = collections.Counter(row[0] for row in rows if row[4])
    strong = collections.Counter(row[0] for row in rows if any(severity != "note" for _, severity in row[4]))
    print("| fault | injected | found on its line | of these error or warning |\n| --- | --- | --- | --- |")
    for kind in sorted(counts):
        print(f"| {kind} | {counts[kind]} | {found[kind]} | {strong[kind]} |")
    print(f"| all | {len(rows)} | {sum(found.values())} | {sum(strong.values())} |")
    if args.keep:
        with open(args.keep, "w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
