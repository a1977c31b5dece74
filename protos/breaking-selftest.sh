#!/usr/bin/env bash
# Shows that the check for breaking changes can fail: a copy with one changed field number must be refused.
set -uo pipefail
cd "$(dirname "$0")"
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r checkpoint buf.yaml "$copy"
sed -i 's/bytes chain_sha256 = 4;/bytes chain_sha256 = 14;/' "$copy/checkpoint/v1/journal.proto"
if cmp -s checkpoint/v1/journal.proto "$copy/checkpoint/v1/journal.proto"; then
  echo "The copy was not changed: adapt this script to journal.proto."
  exit 1
fi
if node_modules/.bin/buf breaking "$copy" --against baseline.binpb; then
  echo "A changed field number went unnoticed."
  exit 1
fi
echo "A changed field number was refused, as it must be."
