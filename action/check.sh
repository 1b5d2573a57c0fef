#!/usr/bin/env bash
# Runs the check for the composite action: annotations, a job summary, reports as files.
# Everything comes from the environment; nothing of a repository is run or pasted into a command.
set -uo pipefail

# GitHub takes 1 MiB of summary from a step.
summary_limit=900000

arguments=(check --tracked --format github --fail-on "$REPROOF_FAIL_ON" --output "json=$REPROOF_REPORT")

base=""
case "${REPROOF_BASE:-none}" in
  none) ;;
  auto) base="${REPROOF_PULL_REQUEST_BASE:-}" ;;
  *) base="$REPROOF_BASE" ;;
esac
if [ -n "$base" ]; then
  # A clone of depth 1 does not have the base: that one commit is enough.
  if ! git rev-parse --verify --quiet --end-of-options "$base^{commit}" >/dev/null; then
    echo "::notice title=reproof::fetching the base $base, which this clone does not have"
    git fetch --quiet --no-tags --depth=1 origin "$base" || true
  fi
  arguments+=(--base "$base")
fi

[ -z "${REPROOF_SARIF:-}" ] || arguments+=(--output "sarif=$REPROOF_SARIF")

summary=""
if [ "${REPROOF_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  summary=$(mktemp)
  trap 'rm -f "$summary"' EXIT
  arguments+=(--output "markdown=$summary")
fi

"$REPROOF_BINARY" "${arguments[@]}" -- "$REPROOF_PATH"
code=$?

[ -z "$summary" ] || head -c "$summary_limit" "$summary" >>"$GITHUB_STEP_SUMMARY"
echo "exit-code=$code" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$code"
