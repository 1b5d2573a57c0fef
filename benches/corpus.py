#!/usr/bin/env python3
"""Times reproof on generated monorepos beside the floor: listing and reading the same files.

    python3 benches/corpus.py --reproof target/release/reproof [--services 10,100,1000] [--runs 5] [--templates DIRECTORY]

The monorepos come from the corpus maker at ../shared/bench/make_corpus.py when it is there,
else from a small one built in (uv projects with a SAM template each). They are kept in
target/bench. Then 900 of their templates are timed alone, or those below --templates, beside cfn-lint
when it is installed. Prints, for each size and program: wall seconds (least of the runs), processor
seconds and peak memory. Standard library only.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
MAKER = os.path.join(ROOT, "..", "shared", "bench", "make_corpus.py")

FLOOR = r"""
import os, subprocess, sys
root = sys.argv[1]
names = subprocess.run(["git", "-C", root, "ls-files", "-z"], capture_output=True, check=True).stdout.split(b"\0")
wanted = (b".lock", b".toml", b"requirements.in", b"requirements.txt", b".yaml", b".yml", b"Dockerfile", b".json",
          b".python-version", b".tool-versions", b".nvmrc")
total = 0
for name in names:
    if name.endswith(wanted) and b"/events/" not in name:
        with open(os.path.join(root.encode(), name), "rb") as f:
            total += len(f.read())
"""


def make(services, out):
    if os.path.isdir(os.path.join(out, ".git")):
        return
    if os.path.exists(MAKER):
        subprocess.run([sys.executable, MAKER, "--out", out, "--services", str(services), "--violations", "0.1",
                        "--git", "--force"], check=True, stdout=subprocess.DEVNULL)
        return
    for i in range(services):
        base = os.path.join(out, "services", "svc-%04d" % i)
        os.makedirs(os.path.join(base, "src"), exist_ok=True)
        packages = ["amber-%d" % k for k in range(40)]
        write(base, "pyproject.toml", '[project]\nname = "svc-%d"\nversion = "1.0.0"\nrequires-python = ">=3.12"\n'
              "dependencies = [\n%s]\n" % (i, "".join('  "%s>=1",\n' % p for p in packages)))
        write(base, "uv.lock", small_lock(i, packages))
        write(base, "template.yaml", "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n"
              "    Type: AWS::Serverless::Function\n    Properties:\n      Handler: app.handler\n"
              "      Runtime: python3.12\n      CodeUri: src/\n      Timeout: 10\n      MemorySize: 256\n")
        write(os.path.join(base, "src"), "app.py", "def handler(event, context):\n    return {}\n")
    git = ["git", "-C", out]
    subprocess.run(git + ["init", "-q"], check=True)
    subprocess.run(git + ["add", "-A"], check=True)


def small_lock(i, packages):
    entry = ('[[package]]\nname = "%s"\nversion = "1.0.0"\nsource = { registry = "https://index.example.com/simple" }\n'
             'wheels = [\n    { url = "https://files.example.com/%s-1.0.0-py3-none-any.whl", hash = "sha256:%064d", size = 1000 },\n]\n')
    own = '[[package]]\nname = "svc-%d"\nversion = "1.0.0"\nsource = { virtual = "." }\ndependencies = [\n%s]\n\n' \
          "[package.metadata]\nrequires-dist = [%s]\n" % (
              i, "".join('    { name = "%s" },\n' % p for p in packages),
              ", ".join('{ name = "%s", specifier = ">=1" }' % p for p in packages))
    return 'version = 1\nrevision = 3\nrequires-python = ">=3.12"\n\n' + "\n".join(
        entry % (p, p, k) for k, p in enumerate(packages)) + "\n" + own


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as f:
        f.write(text)


def timed(command, cwd, runs):
    """Least wall seconds, with the processor seconds of that run, and the largest peak in MB."""
    best = None
    peak = 0
    for _ in range(runs):
        with tempfile.NamedTemporaryFile("r") as usage:
            script = ("import json,resource,subprocess,sys,time\nt=time.perf_counter()\n"
                      "p=subprocess.run(sys.argv[2:],stdout=subprocess.DEVNULL,stderr=subprocess.DEVNULL)\n"
                      "w=time.perf_counter()-t\nr=resource.getrusage(resource.RUSAGE_CHILDREN)\n"
                      "json.dump([w,r.ru_utime+r.ru_stime,r.ru_maxrss/1024,p.returncode],open(sys.argv[1],'w'))\n")
            subprocess.run([sys.executable, "-c", script, usage.name] + command, cwd=cwd, check=True)
            wall, cpu, memory, code = json.load(usage)
        peak = max(peak, memory)
        if best is None or wall < best[0]:
            best = (wall, cpu, code)
    return best[0], best[1], peak, best[2]


def templates(source, limit):
    """A directory with templates alone, each in a directory of its own: at most `limit` from below `source`."""
    home = tempfile.mkdtemp(prefix="reproof-templates-")
    found = sorted(os.path.join(d, f) for d, _, files in os.walk(source) for f in files if f.endswith((".yaml", ".yml")))
    taken = 0
    for path in found:
        with open(path, encoding="utf-8", errors="replace") as f:
            text = f.read()
        if "Resources" not in text or "AWS::" not in text:
            continue
        os.makedirs(os.path.join(home, "t%04d" % taken))
        write(os.path.join(home, "t%04d" % taken), "template.yaml", text)
        taken += 1
        if taken == limit:
            break
    return home, taken


def time_templates(reproof, source, runs):
    home, taken = templates(source, 900)
    print("%d templates" % taken)
    for jobs in ("2", "1"):
        row("  reproof check --jobs " + jobs, timed([reproof, "check", "--jobs", jobs, "--format", "json"], home, runs))
    one = os.path.join(home, "t0000")
    row("  reproof check, one template", timed([reproof, "check", "--format", "json"], one, runs))
    if shutil.which("cfn-lint"):
        row("  cfn-lint", timed(["cfn-lint", "t*/template.yaml"], home, 1))
        row("  cfn-lint, one template", timed(["cfn-lint", "template.yaml"], one, 1))
    shutil.rmtree(home)


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--reproof", required=True)
    ap.add_argument("--services", default="10,100,1000")
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--templates")
    a = ap.parse_args()
    reproof = os.path.abspath(a.reproof)
    print("%-34s %9s %9s %9s  exit" % ("", "wall s", "cpu s", "peak MB"))
    for name, command in [("reproof --version", [reproof, "--version"]), ("reproof rules list", [reproof, "rules", "list"])]:
        row(name, timed(command, ROOT, a.runs))
    for services in [int(s) for s in a.services.split(",")]:
        out = os.path.join(ROOT, "target", "bench", "corpus-%d" % services)
        os.makedirs(os.path.dirname(out), exist_ok=True)
        make(services, out)
        print("%d services" % services)
        for jobs in ("2", "1"):
            row("  reproof check --jobs " + jobs, timed([reproof, "check", "--jobs", jobs, "--format", "json"], out, a.runs))
        row("  reproof check --tracked", timed([reproof, "check", "--tracked", "--format", "json"], out, a.runs))
        lock = next((os.path.join(d, "uv.lock") for d, _, f in os.walk(out) if "uv.lock" in f), None)
        if lock:
            row("  reproof check one/uv.lock", timed([reproof, "check", lock], out, a.runs))
        row("  floor: list and read", timed([sys.executable, "-c", FLOOR, out], out, a.runs))
        if shutil.which("rg"):
            row("  rg --files", timed(["rg", "--files"], out, a.runs))
    time_templates(reproof, a.templates or out, a.runs)


def row(name, result):
    print("%-34s %9.3f %9.3f %9.1f  %d" % ((name,) + result))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
