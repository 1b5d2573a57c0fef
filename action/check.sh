#!/usr/bin/env bash
# Runs the check for the composite action: annotations on the pull request, a JSON report beside them.
set -uo pipefail

"$REPROOF_BINARY" check --tracked --format github --fail-on "$REPROOF_FAIL_ON" \
  --output "json=$REPROOF_REPORT" -- "$REPROOF_PATH"
code=$?
echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
