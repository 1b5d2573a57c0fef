#!/usr/bin/env bash
# Commits the checksums of what was built, tags that commit, and makes the release from it. Stops when the tag is there.
# release.sh DIRECTORY
set -euo pipefail
dist=$(cd "$1" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
tag="v$version"

if [ -n "$(git ls-remote --tags "${REMOTE:-origin}" "refs/tags/$tag")" ]; then
  echo "::error title=release::$tag is there already: raise the version in Cargo.toml"
  exit 1
fi
# The workflow hands the token over only here, and it is not kept in the clone.
if [ -n "${GH_TOKEN:-}" ] && [ -z "${REMOTE:-}" ]; then
  gh auth setup-git
fi

(cd "$dist" && find . -type f \( -name '*.tar.gz' -o -name '*.zip' -o -name '*.whl' \) | sed 's|^\./||' | LC_ALL=C sort | xargs sha256sum) |
  tee -a action/checksums.txt
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
  commit --quiet --message "Checksums of $version" -- action/checksums.txt
git tag "$tag"
git push --quiet --atomic "${REMOTE:-origin}" "HEAD:refs/heads/$BRANCH" "refs/tags/$tag"
gh release create "$tag" --verify-tag --title "$tag" --notes "See CHANGELOG.md." "$dist"/*
