#!/usr/bin/env bash
# What takes too long for every change: run it at night, on a machine with nothing else to do. Takes some two hours on two cores.
#   tests/nightly.sh [SEED] [STEP...]
# The same seed repeats the same faults; without one it is today's date. With words after it, only the steps whose name holds one
# of them run (the build always does): `tests/nightly.sh 20261129 load fuzz`. The last results stand in tests/README.md.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 NO_COLOR=1
export CHECKPOINT_SEED=${1:-$(date +%Y%m%d)}
wanted=("${@:2}")

failed=0 ran=0
isWanted() {
  [ ${#wanted[@]} -eq 0 ] || [ "$1" = build ] || [ "$1" = "native appliance" ] && return
  local word
  for word in "${wanted[@]}"; do [[ $1 == *"$word"* ]] && return; done
  return 1
}
step() {
  local name=$1 started
  shift
  isWanted "$name" || return 0
  ran=$((ran + 1))
  started=$(date +%s)
  echo "=== $name"
  if "$@"; then echo "passed  $name ($(($(date +%s) - started)) s)"; else echo "FAILED  $name"; failed=$((failed + 1)); fi
}
suite() { dotnet "artifacts/bin/EdgeCheckpoint.$1/release/EdgeCheckpoint.$1.dll" -noColor -showLiveOutput "${@:2}"; }

echo "Seed $CHECKPOINT_SEED, commit $(git rev-parse --short HEAD), $(date +%F)"
step "build" dotnet build EdgeCheckpoint.sln -c Release --nologo -v quiet
case "$(uname -m)" in aarch64) native=linux-arm64 ;; *) native=linux-x64 ;; esac
step "native appliance" edge/deploy/publish.sh "$native" "artifacts/publish/$native"

CHECKPOINT_CUTS=5000 CHECKPOINT_FLIPS=10000 step "journal: 5,000 power cuts, 10,000 flipped bits, failing disks" suite Faults.Tests
CHECKPOINT_FLIPS=3000 step "central: 3,000 flipped bits" suite Central.Tests -class "*BitFlipTests"
CHECKPOINT_PLACES=100000 step "central: a full or failing disk at each operation" suite Central.Tests -class "*Storage.DiskFaultTests"
CHECKPOINT_KILLS=2000 EDGE_CHECKPOINT_BINARY="$PWD/artifacts/publish/$native/edge-checkpoint" step "kill -9: 2,000 of either end" suite EndToEnd.Tests -class "*KillTests"
CHECKPOINT_KILLS=500 CHECKPOINT_POSTGRES=own step "kill -9: 500 of either end, central on PostgreSQL" suite EndToEnd.Tests -class "*KillTests"
CHECKPOINT_FLIPS=10000 step "installed list: 10,000 flipped bits" suite Edge.Tests -class "*DeltaInstallTests"
CHECKPOINT_FLIPS=3400 step "releases: 10,200 flipped bits in answers, on sticks and on the card" suite Edge.Tests -class "*ReleaseBitFlipTests"
CHECKPOINT_CUTS=40 step "releases: a kill and 40 power cuts at each step" suite Edge.Tests -class "*ReleaseCutTests"
CHECKPOINT_DELTAS=1000 step "releases: 1,000 deltas in a row" suite Edge.Tests -class "*ManyDeltasTests"
CHECKPOINT_LIST_KILLS=100 CHECKPOINT_LIST_FLIPS=60 step "kill -9: 100 while lists come by delta; 60 flipped bits on the card" suite EndToEnd.Tests -class "*.DeltaTests"
CHECKPOINT_OUTAGE_SECONDS=60 step "links, 60 s up and 60 s down, clocks, months offline" \
  suite EndToEnd.Tests -class "*LinkTests" -class "*ClockStepTests" -class "*LongOfflineTests"

# An hour by the clock, the random events of the seed; three power cuts.
board() {
  edge/deploy/publish.sh linux-arm64 artifacts/publish/linux-arm64 && hardware/rig/build.sh artifacts/board artifacts/publish/linux-arm64 \
    && CHECKPOINT_BOARD=$PWD/artifacts/board CHECKPOINT_SOAK_SECONDS=${CHECKPOINT_SOAK_SECONDS:-3600} suite Board.Tests -trait When=Nightly
}
step "virtual board: an hour of random events, memory and handles flat" board

ulimit -n 65536 2>/dev/null || echo "No more than $(ulimit -n) open files: 10,000 connections will not be had."
load=artifacts/bin/EdgeCheckpoint.Load/release/EdgeCheckpoint.Load.dll
step "load: 1,000,000 records from 1,000 appliances" dotnet "$load" drain --appliances 1000 --records 1000000
step "load: 10,000 appliances after a restart" dotnet "$load" reconnect --appliances 10000
step "load: 1,000,000 records from 1,000 appliances, PostgreSQL" dotnet "$load" drain --appliances 1000 --records 1000000 --postgres own
step "load: 10,000 appliances after a restart, PostgreSQL" dotnet "$load" reconnect --appliances 10000 --postgres own
step "load: verification and gRPC apart" dotnet "$load" parts

step "fuzz: ten million damaged inputs" dotnet artifacts/bin/EdgeCheckpoint.Fuzz/release/EdgeCheckpoint.Fuzz.dll --inputs 10000000
step "benchmarks: zones" dotnet artifacts/bin/EdgeCheckpoint.Benchmarks/release/EdgeCheckpoint.Benchmarks.dll mrz
step "benchmarks: central's store against a bare loop" dotnet artifacts/bin/EdgeCheckpoint.Benchmarks/release/EdgeCheckpoint.Benchmarks.dll central-ingest

step "benchmarks: a day's delta" dotnet artifacts/bin/EdgeCheckpoint.Benchmarks/release/EdgeCheckpoint.Benchmarks.dll delta --peer

if [ ${#wanted[@]} -gt 0 ] && [ "$ran" -eq 2 ]; then echo "No step's name holds one of: ${wanted[*]}"; exit 2; fi
[ "$failed" -eq 0 ] && echo "All $ran steps passed." || echo "$failed steps failed."
exit "$failed"
