"""Locks sets of packages with uv, installs each for both processors, and compares with what reproof predicts from the lock.

    python3 -m tools.package_size --reproof target/release/reproof --cache DIRECTORY

Prints a table in Markdown, and fails when something is out of bounds: the zipped size lies outside the interval that the lock
gives, or its upper end differs by more than 2 %; the unzipped size lies outside its interval, or differs by more than 5 % where
the wheels themselves are at hand.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

SETS = {
    "requests": ["requests"],
    "numpy": ["numpy"],
    "pandas": ["pandas"],
    "boto3": ["boto3"],
    "pydantic": ["pydantic"],
    "fastapi": ["fastapi", "mangum"],
    "cryptography": ["cryptography"],
    "pillow": ["pillow"],
    "powertools": ["aws-lambda-powertools"],
    "sqlalchemy": ["sqlalchemy", "psycopg2-binary"],
}
# The most specific platform first, as pip on the machine itself ranks them.
PROCESSORS = {
    "x86_64": [f"manylinux_2_{minor}_x86_64" for minor in (34, 31, 28, 27, 24)] + ["manylinux2014_x86_64"],
    "arm64": [f"manylinux_2_{minor}_aarch64" for minor in (34, 31, 28, 27, 24)] + ["manylinux2014_aarch64"],
}
# Markers are decided by the interpreter that runs pip, so the function runs on the same one.
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
TEMPLATE = """Transform: AWS::Serverless-2016-10-31
Resources:
  Measured:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python{python}
      Architectures: [{processor}]
      CodeUri: src/
"""


def run(command, directory):
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return done


def locked(directory, packages):
    """A project that asks for some packages, locked."""
    names = ", ".join(f'"{package}"' for package in packages)
    (directory / "pyproject.toml").write_text(
        f'[project]\nname = "measured"\nversion = "1"\nrequires-python = ">={PYTHON}"\ndependencies = [{names}]\n'
    )
    run(["uv", "lock", "--quiet", "--python", sys.executable], directory)
    exported = run(["uv", "export", "--quiet", "--frozen", "--python", sys.executable, "--no-hashes", "--no-emit-project", "--no-header"], directory)
    (directory / "pinned.txt").write_text(exported.stdout)


def installed(directory, processor, cache):
    """Unzipped and zipped bytes of what pip installs, bytecode and start scripts left out; the wheels stay in `wheelhouse`."""
    target, wheels = directory / "installed", directory / "wheelhouse"
    shutil.rmtree(wheels, ignore_errors=True)
    choice = ["--no-deps", "--only-binary=:all:", "--python-version", PYTHON, "--implementation", "cp"]
    choice += [word for platform in PROCESSORS[processor] for word in ("--platform", platform)]
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    pinned = ["-r", "pinned.txt"]
    if run([*pip, "download", *choice, "--cache-dir", str(cache), "--dest", str(wheels), *pinned], directory).returncode:
        return None
    offline = ["--no-index", "--find-links", str(wheels), "--no-compile", "--target", str(target)]
    if run([*pip, "install", *choice, *offline, *pinned], directory).returncode:
        return None
    shutil.rmtree(target / "bin", ignore_errors=True)
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.suffix != ".pyc")
    archive = directory / "built.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.write(file, file.relative_to(target))
    sizes = sum(file.stat().st_size for file in files), archive.stat().st_size
    shutil.rmtree(target)
    archive.unlink()
    return sizes


def predicted(directory, processor, reproof):
    """What reproof says of the same lock: the artifact's sizes, each as a list of possible values."""
    (directory / "src").mkdir(exist_ok=True)
    (directory / "src" / "app.py").write_text("def handler(event, context):\n    return event\n")
    (directory / "template.yaml").write_text(TEMPLATE.format(python=PYTHON, processor=processor))
    done = run([reproof, "facts", "."], directory)
    artifact = json.loads(done.stdout)["artifacts"][0]
    return numbers(artifact["packages"]), numbers(artifact["compressed"])


def numbers(value):
    if isinstance(value, dict):
        value = value.get("one_of", [])
    return value if isinstance(value, list) else [value]


def percent(predicted, real):
    return (predicted - real) * 100 / real


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reproof", required=True)
    parser.add_argument("--cache", default="oracle-cache/wheels")
    parser.add_argument("--only")
    options = parser.parse_args()
    cache = Path(options.cache).resolve()
    reproof = os.path.abspath(options.reproof)
    print("| packages | processor | unzipped | from the lock | with the wheels | zipped | from the lock |")
    print("|---|---|--:|--:|--:|--:|--:|")
    wrong = 0
    for name, packages in SETS.items():
        if options.only and options.only != name:
            continue
        with tempfile.TemporaryDirectory() as place:
            directory = Path(place)
            locked(directory, packages)
            for processor in PROCESSORS:
                real = installed(directory, processor, cache)
                if real is None:
                    print(f"| {name} | {processor} | no wheels | | | | |", flush=True)
                    continue
                exact, _ = predicted(directory, processor, reproof)
                shutil.rmtree(directory / "wheelhouse")
                unzipped, zipped = predicted(directory, processor, reproof)
                row = compared(real, unzipped, exact, zipped)
                wrong += "!" in row
                print(f"| {name} | {processor} | {row} |", flush=True)
    sys.exit(1 if wrong else 0)


def compared(real, unzipped, exact, zipped):
    """A row in millions of bytes; what is out of bounds has an exclamation mark."""
    least, most = min(unzipped), max(unzipped)
    off_unzipped, off_zipped = percent(exact[0], real[0]), percent(max(zipped), real[1])
    # Installers add a file and some lines of their own to each package.
    is_held = min(zipped) * 0.995 <= real[1] <= max(zipped) * 1.005
    cells = [
        f"{real[0] / 1e6:.2f}",
        f"{least / 1e6:.1f} to {most / 1e6:.1f}" + ("" if least <= real[0] <= most else " !"),
        f"{exact[0] / 1e6:.2f} ({off_unzipped:+.1f} %)" + ("" if abs(off_unzipped) <= 5 and len(exact) == 1 else " !"),
        f"{real[1] / 1e6:.2f}",
        f"{min(zipped) / 1e6:.2f} to {max(zipped) / 1e6:.2f} ({off_zipped:+.1f} %)" + ("" if is_held and abs(off_zipped) <= 2 else " !"),
    ]
    return " | ".join(cells)


if __name__ == "__main__":
    main()
