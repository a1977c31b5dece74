#!/usr/bin/env bash
# The main job on one machine: central, one enrolled appliance, a fictional list, twenty documents.
#   ./demo.sh          runs until Ctrl-C and prints where to look
#   ./demo.sh --once   decides by script, stops by itself, ends with one line of JSON
#   ./demo.sh --reader 3m-rte6701   simulates another reader; 'edge-checkpoint reader profiles' lists them
set -euo pipefail
cd "$(dirname "$0")"

if ! command -v dotnet >/dev/null; then
  echo "The .NET SDK 10.0 is missing: install it and make sure that 'dotnet' is on the PATH." >&2
  exit 1
fi
if ! sdk=$(dotnet --version 2>/dev/null); then
  echo "No .NET SDK 10.0 was found: 'dotnet --list-sdks' shows what is installed." >&2
  exit 1
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1
echo "0/5 Restoring and building with SDK $sdk (the first time takes a minute or two)."
if ! log=$(dotnet build tests/Demo -c Release --nologo -v quiet 2>&1); then
  echo "$log" >&2
  echo "The build failed; the lines above say where." >&2
  exit 1
fi
exec dotnet artifacts/bin/EdgeCheckpoint.Demo/release/EdgeCheckpoint.Demo.dll "$@"
