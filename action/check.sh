#!/usr/bin/env bash
# Runs the check for the composite action: annotations, a job summary, reports as files, a comment.
# Everything comes from the environment; nothing of a repository is run or pasted into a command.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# GitHub takes 1 MiB of summary from a step, and refuses all of it beyond that.
summary_limit=900000

format=github
[ "${REPROOF_ANNOTATIONS:-true}" = true ] || format=text
arguments=(check --tracked --format "$format" --fail-on "$REPROOF_FAIL_ON" --output "json=$REPROOF_REPORT")
[ -z "${REPROOF_CONFIG:-}" ] || arguments+=(--config "$REPROOF_CONFIG")
[ -z "${REPROOF_BASELINE:-}" ] || arguments+=(--baseline "$REPROOF_BASELINE")
[ -z "${REPROOF_SARIF:-}" ] || arguments+=(--output "sarif=$REPROOF_SARIF")

knows() { # revision
  git rev-parse --verify --quiet --end-of-options "$1^{commit}" >/dev/null
}

base=""
case "${REPROOF_BASE:-none}" in
  none) ;;
  auto)
    base="${REPROOF_PULL_REQUEST_BASE:-}"
    # A pull request is checked out merged with its base: the first parent is what it would be merged into.
    case "$base/${GITHUB_REF:-}" in
      ?*/refs/pull/*/merge) if knows "HEAD^2"; then base=$(git rev-parse "HEAD^1"); fi ;;
    esac
    ;;
  *) base="$REPROOF_BASE" ;;
esac
if [ -n "$base" ]; then
  # A clone of depth 1 does not have the base: that one commit is enough.
  if ! knows "$base"; then
    echo "::notice title=reproof::fetching the base, which this clone does not have (fetch-depth: 2 has it)"
    git fetch --quiet --no-tags --depth=1 origin "$base" || true
  fi
  arguments+=(--base "$base")
fi

# What is reported on; all of the repository is read either way.
paths=("$REPROOF_PATH")
if [ "${REPROOF_CHANGED_ONLY:-false}" = true ]; then
  if [ -n "$base" ] && knows "$base"; then
    mapfile -d "" -t paths < <(git diff --name-only --diff-filter=d -z "$base" HEAD -- "$REPROOF_PATH")
  else
    echo "::notice title=reproof::no base is known, so the findings of all files are reported"
  fi
fi
if [ "${#paths[@]}" -eq 0 ]; then
  echo "::notice title=reproof::no file that stands is changed"
  printf '%s\n' exit-code=0 verdict=clean errors=0 warnings=0 new=0 >>"${GITHUB_OUTPUT:-/dev/null}"
  exit 0
fi

markdown=$(mktemp)
trap 'rm -f "$markdown"' EXIT
arguments+=(--output "markdown=$markdown")

while IFS= read -r argument; do
  [ -z "$argument" ] || arguments+=("$argument")
done <<<"${REPROOF_ARGUMENTS:-}"

"$REPROOF_BINARY" "${arguments[@]}" -- "${paths[@]}"
code=$?

if [ "${REPROOF_SUMMARY:-true}" = true ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  if [ "$(wc -c <"$markdown")" -le "$summary_limit" ]; then
    cat "$markdown" >>"$GITHUB_STEP_SUMMARY"
  else
    echo "### reproof: the summary is too long for a job, the report has all of it" >>"$GITHUB_STEP_SUMMARY"
  fi
fi

# A number of the report's last section.
sum() { # name
  [ -f "$REPROOF_REPORT" ] || return 0
  sed -n "/^  \"summary\": {/,/^  }/s/^    \"$1\": \([0-9]*\),*\$/\1/p" "$REPROOF_REPORT"
}
verdicts=(clean findings wrong undetermined)
{
  echo "exit-code=$code"
  echo "verdict=${verdicts[$code]:-wrong}"
  echo "errors=$(sum errors)"
  echo "warnings=$(sum warnings)"
  echo "new=$(sum new)"
  echo "report=$REPROOF_REPORT"
} >>"${GITHUB_OUTPUT:-/dev/null}"

if [ "${REPROOF_COMMENT:-off}" = sticky ]; then
  # Whether a comment could be written says nothing about the repository.
  REPROOF_SHOWN=$(($(sum errors) + $(sum warnings) + $(sum notes) + 0)) bash "$here/comment.sh" "$markdown" "$code" || true
fi
exit "$code"
