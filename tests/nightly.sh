#!/usr/bin/env bash
# What takes too long for every change: run it at night, on a machine with nothing else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1

dotnet build EdgeCheckpoint.sln -c Release --nologo -v quiet
echo "=== Fuzz: ten million damaged inputs"
dotnet artifacts/bin/EdgeCheckpoint.Fuzz/release/EdgeCheckpoint.Fuzz.dll --inputs 10000000
echo "=== Power cuts, flipped bits and failing disks under the journal"
CHECKPOINT_CUTS=1000 CHECKPOINT_FLIPS=10000 dotnet artifacts/bin/EdgeCheckpoint.Faults.Tests/release/EdgeCheckpoint.Faults.Tests.dll -noColor
echo "=== Benchmarks"
dotnet artifacts/bin/EdgeCheckpoint.Benchmarks/release/EdgeCheckpoint.Benchmarks.dll mrz
