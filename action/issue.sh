#!/usr/bin/env bash
# Keeps one issue: found by its label and first line, brought up to date, closed when nothing is out of date.
# issue.sh MARKDOWN JSON
set -euo pipefail
marker='<!-- reproof: this issue is kept up to date -->'
label=reproof
title='What is out of date'

[ -n "${GH_TOKEN:-}" ] || {
  echo "::error title=reproof::an issue needs a token with issues: write"
  exit 1
}
issues="repos/$GITHUB_REPOSITORY/issues"
body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  echo "$marker"
  cat "$1"
  echo
  echo "Brought up to date on $(date -u +%Y-%m-%d) by ${GITHUB_SERVER_URL:-https://github.com}/$GITHUB_REPOSITORY/actions/runs/${GITHUB_RUN_ID:-0}."
} >"$body"

# Issues only (pull requests are listed too), and only one that a bot wrote: anybody can write one that begins like ours.
mine=$(gh api --paginate "$issues?state=all&labels=$label" \
  --jq '.[] | select(.pull_request | not) | select(.user.type == "Bot") | select(.body // "" | startswith("'"$marker"'")) | .number')
mine=$(head -n 1 <<<"$mine")

state=open
! grep -Eq '"updates": \[\]' "$2" || state=closed
if [ -n "$mine" ]; then
  gh api --silent --method PATCH "$issues/$mine" --raw-field "title=$title" --raw-field "state=$state" --field "body=@$body"
elif [ "$state" = open ]; then
  gh api --silent --method POST "$issues" --raw-field "title=$title" --raw-field "labels[]=$label" --field "body=@$body"
fi
