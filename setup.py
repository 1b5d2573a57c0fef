"""A placeholder for pre-commit: its only requirement is the wheel of this release, so that no hook compiles.

The wheel itself is built in packaging/wheel.
"""

import re
from pathlib import Path

from setuptools import setup

manifest = Path(__file__).with_name("Cargo.toml").read_text(encoding="utf-8")
version = re.search(r'^version = "([^"]+)"$', manifest, re.MULTILINE).group(1)

setup(
    name="reproof-hook",
    version=version,
    py_modules=[],
    packages=[],
    install_requires=[f"reproof=={version}"],
)
