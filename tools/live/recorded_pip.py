"""pip as it is, with the pages of the simple API that it reads written to a folder: recorded_pip.py FOLDER ARGUMENT..."""

import pathlib
import sys

import pip._internal.network.session as session
from pip._internal.cli.main import main

FOLDER = pathlib.Path(sys.argv[1])
ask = session.PipSession.request


def recording(self, method, url, *arguments, **more):
    """Asks as pip does, and keeps what is a page of an index."""
    response = ask(self, method, url, *arguments, **more)
    if "vnd.pypi.simple" in response.headers.get("Content-Type", ""):
        name = url.rstrip("/").rsplit("/", 1)[-1]
        (FOLDER / f"{name}.json").write_bytes(response.content)
    return response


session.PipSession.request = recording
sys.exit(main(sys.argv[2:]))
