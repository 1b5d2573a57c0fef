"""Runs the tests of delivery. `--offline` installs nothing; further arguments are names of tests."""

import argparse
import os
import sys
import unittest

from . import place


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.delivery", description=__doc__)
    parser.add_argument("--offline", action="store_true", help="install nothing, skip what needs a missing tool")
    parser.add_argument("names", nargs="*", help="such as test_act or test_page.Page.test_search")
    given = parser.parse_args()
    if given.offline:
        os.environ["REPROOF_DELIVERY_OFFLINE"] = "1"
    else:
        place.install()
    loader = unittest.TestLoader()
    if given.names:
        suite = loader.loadTestsFromNames([f"tests.delivery.{name}" for name in given.names])
    else:
        suite = loader.discover(str(place.ROOT / "tests" / "delivery"), top_level_dir=str(place.ROOT))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    passed = result.testsRun - len(result.failures) - len(result.errors) - len(result.skipped)
    failed = len(result.failures) + len(result.errors)
    print(f"delivery: {passed} passed, {failed} failed, {len(result.skipped)} skipped")
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
