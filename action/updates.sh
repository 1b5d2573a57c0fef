#!/usr/bin/env bash
# The weekly report: as Markdown and JSON, in the job summary, and on request in one issue that is kept up to date.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
markdown=reproof-updates.md
report=reproof-updates.json

common=(updates)
[ -z "${REPROOF_CONFIG:-}" ] || common+=(--config "$REPROOF_CONFIG")
while IFS= read -r argument; do
  [ -z "$argument" ] || common+=("$argument")
done <<<"${REPROOF_ARGUMENTS:-}"

"$REPROOF_BINARY" "${common[@]}" --format json >"$report"
code=$?
# The second run has all it needs in its cache.
"$REPROOF_BINARY" "${common[@]}" --format markdown >"$markdown" || true

if [ "${REPROOF_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ "$(wc -c <"$markdown")" -le 900000 ]; then
  cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi
verdicts=(clean findings wrong undetermined)
{
  echo "exit-code=$code"
  echo "verdict=${verdicts[$code]:-wrong}"
  echo "report=$report"
} >>"${GITHUB_OUTPUT:-/dev/null}"

if [ "${REPROOF_ISSUE:-false}" = true ]; then
  if [ -s "$markdown" ]; then
    bash "$here/issue.sh" "$markdown" "$report" || exit 3
  else
    echo "::error title=reproof::there is no report, so the issue stays as it is"
  fi
fi
exit "$code"
