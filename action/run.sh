#!/usr/bin/env bash
# Does what `mode` says. Everything comes from the environment; nothing of a repository is pasted into a command.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case "${REPROOF_MODE:-check}" in
  check) exec bash "$here/check.sh" ;;
  updates | rehearse | metrics) exec bash "$here/report.sh" ;;
  install) dirname "$REPROOF_BINARY" >>"$GITHUB_PATH" ;;
  *)
    echo "::error title=reproof::there is no mode of that name; known: check, updates, rehearse, metrics, install"
    exit 2
    ;;
esac
