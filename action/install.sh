#!/usr/bin/env bash
# Finds the binary that the action runs, and its version: the one that is given, else a release. A release comes from
# the tool cache, or as an archive, or as a wheel, and only with a checksum that is committed beside this file: who pins
# the action pins the binary.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
checksums="$here/checksums.txt"

fail() {
  echo "::error title=reproof::$1"
  exit 2
}

finish() { # path
  local version
  version=$("$1" --version) || fail "the binary does not run here"
  {
    echo "binary=$1"
    echo "version=${version#reproof }"
  } >>"$GITHUB_OUTPUT"
  exit 0
}

if [ -n "${REPROOF_BINARY:-}" ]; then
  [ -f "$REPROOF_BINARY" ] || fail "there is no file at the path that \`binary\` names"
  finish "$(cd "$(dirname "$REPROOF_BINARY")" && pwd)/$(basename "$REPROOF_BINARY")"
fi

# The version: asked for, else the pin of the repository, else the action's own, which is its tag or the last one that
# it has checksums of.
pinned() {
  local config="${REPROOF_CONFIG:-reproof.toml}"
  [ -f "$config" ] || return 0
  sed -n -e '/^[[:space:]]*\[/q' -e 's/^version[[:space:]]*=[[:space:]]*["'"'"']\([0-9][0-9A-Za-z.+-]*\)["'"'"'].*/\1/p' "$config" | head -n 1
}
version="${REPROOF_VERSION:-}"
[ -n "$version" ] || version=$(pinned)
if [ -z "$version" ] && [[ "${REPROOF_ACTION_REF:-}" =~ ^v[0-9]+\.[0-9]+\.[0-9]+ ]]; then
  version="${REPROOF_ACTION_REF#v}"
fi
if [ -z "$version" ]; then
  version=$(sed -n 's/^[0-9a-f]\{64\}  reproof-\([0-9][0-9A-Za-z.]*\)-.*\.\(tar\.gz\|zip\)$/\1/p' "$checksums" | tail -n 1)
fi
version="${version#v}"
[ -n "$version" ] || fail "this commit of the action has no release: give \`binary\`, or take a tagged commit of the action"
[[ "$version" =~ ^[0-9]+\.[0-9]+\.[0-9]+([-.+][0-9A-Za-z.-]+)?$ ]] || fail "\`version\` is no version such as 1.2.3"

case "${RUNNER_OS:-Linux}/${RUNNER_ARCH:-X64}" in
  Linux/X64) target=x86_64-unknown-linux-musl wheel='[a-z]*linux[a-z0-9_.]*x86_64' ;;
  Linux/ARM64) target=aarch64-unknown-linux-musl wheel='[a-z]*linux[a-z0-9_.]*aarch64' ;;
  macOS/X64) target=x86_64-apple-darwin wheel='macosx[0-9_]*x86_64' ;;
  macOS/ARM64) target=aarch64-apple-darwin wheel='macosx[0-9_]*arm64' ;;
  Windows/X64) target=x86_64-pc-windows-msvc wheel=win_amd64 ;;
  Windows/ARM64) target=aarch64-pc-windows-msvc wheel=win_arm64 ;;
  *) fail "there is no release for ${RUNNER_OS:-} on ${RUNNER_ARCH:-}: give \`binary\`" ;;
esac
case "$target" in
  *windows*) archive="reproof-$version-$target.zip" name=reproof.exe ;;
  *) archive="reproof-$version-$target.tar.gz" name=reproof ;;
esac

kept="${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}"
[ "${REPROOF_CACHE:-true}" = true ] || kept="$RUNNER_TEMP"
cached="$kept/reproof/$version/$target"
if [ -f "$cached.complete" ] && [ -f "$cached/$name" ]; then
  echo "reproof $version from the tool cache"
  finish "$cached/$name"
fi

# The checksum that is committed for a file name; a pattern for wheels, whose tags vary.
checksum() { # pattern
  sed -n "s/^\([0-9a-f]\{64\}\)  \($1\)\$/\1 \2/p" "$checksums" | tail -n 1
}
sum_of() { # file
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

work=$(mktemp -d "${RUNNER_TEMP:-/tmp}/reproof.XXXXXX")
trap 'rm -rf "$work"' EXIT
escaped=${version//./\\.}

from_archive() {
  local known releases
  known=$(checksum "${archive//./\\.}")
  [ -n "$known" ] || return 1
  releases="${REPROOF_RELEASES:-}"
  if [ -z "$releases" ]; then
    [ -n "${REPROOF_ACTION_REPOSITORY:-}" ] || return 1
    releases="${GITHUB_SERVER_URL:-https://github.com}/$REPROOF_ACTION_REPOSITORY/releases/download"
  fi
  curl --fail --silent --show-error --location --retry 3 --max-time 120 --output "$work/$archive" "$releases/v$version/$archive" || return 1
  # A file that differs is never tried in another way: something is wrong.
  [ "$(sum_of "$work/$archive")" = "${known%% *}" ] || fail "the archive of $version is not the one that this commit of the action knows"
  if [ "${REPROOF_VERIFY_ATTESTATION:-false}" = true ]; then
    gh attestation verify "$work/$archive" --repo "$REPROOF_ACTION_REPOSITORY" || fail "the archive of $version has no attestation"
  fi
  mkdir "$work/out"
  case "$archive" in
    *.zip) unzip -q "$work/$archive" -d "$work/out" ;;
    *) tar -xzf "$work/$archive" -C "$work/out" ;;
  esac
}

from_wheel() {
  local known file python
  known=$(checksum "reproof-${escaped}-py3-none-${wheel}[a-z0-9_.]*\\.whl")
  [ -n "$known" ] || return 1
  python=$(command -v python3 || command -v python) || return 1
  echo "reproof==$version --hash=sha256:${known%% *}" >"$work/requirements.txt"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
    --dest "$work" --requirement "$work/requirements.txt" || return 1
  file="$work/${known#* }"
  [ -f "$file" ] || return 1
  mkdir "$work/wheel" "$work/out"
  "$python" -m zipfile -e "$file" "$work/wheel"
  cp "$work/wheel/reproof-$version.data/scripts/$name" "$work/out/$name"
}

if [ -z "$(checksum "reproof-$escaped-.*")" ]; then
  fail "this commit of the action has no checksums of reproof $version: take the commit that v$version is tagged on"
fi
if ! from_archive; then
  echo "::notice title=reproof::no release archive to be had, trying the wheel from the configured index"
  from_wheel || fail "reproof $version cannot be had: neither the archive nor the wheel of this platform"
fi
chmod +x "$work/out/$name"
mkdir -p "$cached"
mv -f "$work/out/$name" "$cached/$name"
: >"$cached.complete"
echo "reproof $version installed"
finish "$cached/$name"
