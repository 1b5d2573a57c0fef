#!/usr/bin/env bash
# The verbs that make a report, `updates`, `rehearse` and `metrics`: Markdown and JSON as files, the job summary, and of
# the weekly report on request one issue that is kept up to date.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
markdown=reproof-$REPROOF_MODE.md
report=reproof-$REPROOF_MODE.json

arguments=("$REPROOF_MODE" --format markdown --output "json=$report")
[ -z "${REPROOF_CONFIG:-}" ] || arguments+=(--config "$REPROOF_CONFIG")
while IFS= read -r argument; do
  [ -z "$argument" ] || arguments+=("$argument")
done <<<"${REPROOF_ARGUMENTS:-}"

"$REPROOF_BINARY" "${arguments[@]}" >"$markdown"
code=$?

if [ "${REPROOF_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ "$(wc -c <"$markdown")" -le 900000 ]; then
  cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
fi
verdicts=(clean findings wrong undetermined)
{
  echo "exit-code=$code"
  echo "verdict=${verdicts[$code]:-wrong}"
  echo "report=$report"
} >>"${GITHUB_OUTPUT:-/dev/null}"

if [ "$REPROOF_MODE" = updates ] && [ "${REPROOF_ISSUE:-false}" = true ]; then
  if [ -s "$markdown" ]; then
    bash "$here/issue.sh" "$markdown" "$report" || exit 3
  else
    echo "::error title=reproof::there is no report, so the issue stays as it is"
  fi
fi
exit "$code"
