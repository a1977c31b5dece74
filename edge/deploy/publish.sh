#!/usr/bin/env bash
# Publishes the appliance's program as one native binary, ready to be copied.
#   edge/deploy/publish.sh linux-x64|linux-arm64 OUTPUT-FOLDER
# `dotnet publish edge/Worker -r RUNTIME` does the work; this empties the folder first, mends the
# rights of the libraries and leaves debugging files out.
set -euo pipefail
cd "$(dirname "$0")/../.."

rid=${1:?"which runtime? linux-x64 or linux-arm64"}
out=${2:?"which folder?"}
case "$rid/$(uname -m)" in
  linux-x64/x86_64 | linux-arm64/aarch64 | linux-arm64/x86_64) ;;
  *)
    echo "$rid cannot be published on $(uname -m)." >&2
    exit 1
    ;;
esac

rm -rf "$out"
dotnet publish edge/Worker -c Release -r "$rid" -o "$out" --nologo
# The native libraries are published with an execute bit that they do not need and without read rights for others.
chmod 0644 "$out"/*.so
rm -f "$out"/*.pdb
