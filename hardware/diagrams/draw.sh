#!/usr/bin/env bash
# Draws the diagrams from their text: each NAME.dot becomes NAME.svg. Needs Debian's graphviz.
set -euo pipefail
cd "$(dirname "$0")"
for source in *.dot; do
  dot -Tsvg "$source" -o "${source%.dot}.svg"
done
