#!/usr/bin/env bash
# Packs the binary of a target as the action expects it: the same bytes for the same binary.
# archive.sh TARGET DIRECTORY
set -euo pipefail
target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
built="${CARGO_TARGET_DIR:-target}/$target/release"

python3 - "$built" "$out/reproof-$version-$target" "$target" <<'PYTHON'
import gzip
import io
import sys
import tarfile
import zipfile
from pathlib import Path

built, name, target = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
if "windows" in target:
    entry = zipfile.ZipInfo("reproof.exe", (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    with zipfile.ZipFile(f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, (built / "reproof.exe").read_bytes())
else:
    data = (built / "reproof").read_bytes()
    entry = tarfile.TarInfo("reproof")
    entry.size, entry.mode = len(data), 0o755
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as archive:
        archive.addfile(entry, io.BytesIO(data))
    with open(f"{name}.tar.gz", "wb") as file, gzip.GzipFile("", "wb", mtime=0, fileobj=file) as packed:
        packed.write(raw.getvalue())
PYTHON
