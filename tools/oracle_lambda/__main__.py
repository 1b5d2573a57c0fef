"""Compares what reproof reads of functions with SAM's translator, the CDK and the Serverless Framework themselves."""

import argparse
import pathlib
import sys

from . import cdk, services


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=pathlib.Path, nargs="?", help="SAM templates; without it SAM is left out")
    parser.add_argument("--reproof", default="target/debug/reproof")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("oracle-cache"))
    parser.add_argument("--least", type=float, default=99.0, help="exit code 1 below this agreement in per cent")
    arguments = parser.parse_args()
    binary = str(pathlib.Path(arguments.reproof).resolve())
    runs = [cdk.compare(binary, arguments.cache.resolve()), services.compare(binary, arguments.cache.resolve())]
    if arguments.directory:
        from . import sam  # The translator need not be installed for the others.

        runs.append(sam.compare(binary, arguments.directory))
    sys.exit(0 if all(run.share()[2] >= arguments.least for run in runs) else 1)


if __name__ == "__main__":
    main()
