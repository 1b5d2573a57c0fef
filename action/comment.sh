#!/usr/bin/env bash
# Keeps one comment on the pull request: found by its first line, brought up to date, taken away when all is well.
# comment.sh MARKDOWN EXIT_CODE
set -euo pipefail
marker='<!-- reproof: this comment is kept up to date -->'

notice() {
  echo "::notice title=reproof::no comment: $1"
  exit 0
}

number="${REPROOF_PULL_REQUEST:-}"
[ -n "$number" ] || notice "this is no pull request"
if [ "${REPROOF_HEAD_REPOSITORY:-}" != "${GITHUB_REPOSITORY:-}" ]; then
  notice "the token of a pull request from a fork can only read; the job summary has the table"
fi
[ -n "${GH_TOKEN:-}" ] || notice "no token was given"
command -v gh >/dev/null || notice "there is no gh on this machine"

comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
# Only a comment of a bot: anybody can write one that begins like ours.
mine=$(gh api --paginate "$comments" \
  --jq '.[] | select(.user.type == "Bot") | select(.body | startswith("'"$marker"'")) | .id') ||
  notice "the token may not read the comments (pull-requests: write)"
mine=$(head -n 1 <<<"$mine")

if [ "$2" = 0 ] && [ "${REPROOF_SHOWN:-0}" = 0 ]; then
  [ -z "$mine" ] || gh api --silent --method DELETE "repos/$GITHUB_REPOSITORY/issues/comments/$mine" || notice "the old one could not be taken away"
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
{
  echo "$marker"
  cat "$1"
} >"$body"
if [ -n "$mine" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$mine" --field "body=@$body"
else
  gh api --silent --method POST "$comments" --field "body=@$body"
fi || notice "the token may not write one (pull-requests: write)"
