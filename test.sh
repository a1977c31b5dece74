#!/usr/bin/env bash
# Every test, on a fresh Debian or Raspberry Pi OS with the .NET SDK 10.0: installs what the tests need, builds, runs all
# suites, publishes the native binaries and tries them. Asks nothing. The last line counts everything.
set -uo pipefail
cd "$(dirname "$0")"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 NO_COLOR=1 DEBIAN_FRONTEND=noninteractive

passed=0 failed=0 skipped=0
started=$(date +%s)
logs=artifacts/test-logs
mkdir -p "$logs"

say() { printf '\n=== %s (%d s)\n' "$*" "$(($(date +%s) - started))"; }
skip() { skipped=$((skipped + 1)); printf 'SKIPPED %s: %s\n' "$1" "$2"; }

# Runs a command as one test; its output is shown only when it fails.
check() {
  local name=$1 log="$logs/${1//[^A-Za-z0-9]/-}.log"
  shift
  if "$@" >"$log" 2>&1; then
    passed=$((passed + 1)); printf 'passed  %s\n' "$name"
  else
    failed=$((failed + 1)); printf 'FAILED  %s\n' "$name"; tail -n 60 "$log"
  fi
}

# Runs a test project and adds its counts. CI=true turns "skipped, a tool is missing" into "failed"; it is not set for the build,
# which would make other files by it. A project that may hang is given a limit in seconds: limit=300 suite PROJECT.
suite() {
  local project=$1 log="$logs/$1${2:-}.log" counts
  CI=$ci timeout -k 5 "${limit:-0}" dotnet "artifacts/bin/EdgeCheckpoint.$project/release/EdgeCheckpoint.$project.dll" -noColor "${@:3}" >"$log" 2>&1
  counts=$(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1)
  if [ -z "$counts" ] || [ "${counts%% *}" -eq 0 ]; then
    failed=$((failed + 1)); printf 'FAILED  %s ran no test, or not to its end\n' "$project"; tail -n 60 "$log"; return
  fi
  read -r total errors bad skips <<<"$counts"
  passed=$((passed + total - bad - skips)) failed=$((failed + bad + errors)) skipped=$((skipped + skips))
  printf 'passed  %s: %d of %d' "$project" "$((total - bad - skips))" "$total"
  [ "$skips" -gt 0 ] && printf ', %d skipped' "$skips"
  printf '\n'
  grep -A 2 '\[SKIP\]' "$log" | sed 's/^/        /'
  [ "$((bad + errors))" -gt 0 ] && { printf 'FAILED  %s: %d\n' "$project" "$((bad + errors))"; grep -A 12 '\[FAIL\]' "$log" | head -n 120; }
}

finish() {
  say "done"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ]
  exit
}

# ---- What the tests need ------------------------------------------------------------------------------------------------
if ! command -v dotnet >/dev/null || ! dotnet --version >/dev/null 2>&1; then
  echo "The .NET SDK 10.0 is missing: install it and make sure that 'dotnet' is on the PATH."
  failed=1
  finish
fi

# Where all of it is there, or could be installed, a test that does not find its tool fails. Where something cannot be had (no network, no
# root), what needs it is skipped and counted: PostgreSQL (central's store on it, several nodes), HAProxy (nodes behind a balancer), fiu-run
# (flushes that the kernel fails), npm (the wire contracts), the cross compiler and QEMU (the arm64 binary). Skipped always without root: small
# file systems of the kernel. Skipped always without the collections of data beside the repository: what reads them.
say "Tools"
ci=${CI:-}
as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }
needed=()
command -v gcc >/dev/null || needed+=(gcc libc6-dev zlib1g-dev)
command -v npm >/dev/null || needed+=(npm)
command -v git >/dev/null || needed+=(git)
command -v python3 >/dev/null || needed+=(python3)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || needed+=(postgresql)
[ -x /usr/sbin/haproxy ] || needed+=(haproxy)
command -v fiu-run >/dev/null || needed+=(fiu-utils)
if [ "$(uname -m)" = x86_64 ]; then
  command -v aarch64-linux-gnu-gcc >/dev/null || needed+=(gcc-aarch64-linux-gnu)
  [ -d /usr/aarch64-linux-gnu/include ] || needed+=(libc6-dev-arm64-cross)
  command -v qemu-aarch64-static >/dev/null || needed+=(qemu-user-static)
fi
# The virtual board, and what makes its image and its card.
command -v qemu-system-aarch64 >/dev/null || needed+=(qemu-system-arm)
command -v cpio >/dev/null || needed+=(cpio)
[ -x /usr/sbin/modprobe ] || [ -x /sbin/modprobe ] || needed+=(kmod)
command -v xz >/dev/null || needed+=(xz-utils)
[ -x /usr/sbin/mkfs.ext4 ] || [ -x /sbin/mkfs.ext4 ] || needed+=(e2fsprogs)
if [ "${#needed[@]}" -gt 0 ]; then
  echo "Installing ${needed[*]}"
  if ! { as_root apt-get -o DPkg::Lock::Timeout=300 update -qq && as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${needed[@]}"; } >"$logs/apt.log" 2>&1; then
    echo "Not everything could be installed (see $logs/apt.log); what needs it is skipped below."
  else
    ci=true
  fi
else
  ci=true
fi

# ---- Contracts ----------------------------------------------------------------------------------------------------------
say "Wire contracts"
if command -v npm >/dev/null && npm --prefix protos install --no-save --no-audit --no-fund >"$logs/npm.log" 2>&1; then
  check "buf lint" npm --prefix protos run --silent lint
  check "buf breaking: nothing on the wire changed against the baseline" npm --prefix protos run --silent breaking
  check "buf breaking: notices a changed field" protos/breaking-selftest.sh
else
  skip "buf lint and breaking" "npm or its packages are not to be had (see $logs/npm.log)"
fi

# ---- Build --------------------------------------------------------------------------------------------------------------
say "Restore from the lock files, build everything with warnings as errors"
check "restore --locked-mode" dotnet restore EdgeCheckpoint.sln --locked-mode
check "build" dotnet build EdgeCheckpoint.sln -c Release --no-restore --nologo -m:2
[ "$failed" -eq 0 ] || finish

# ---- Suites, fast ones first --------------------------------------------------------------------------------------------
for project in Conventions.Tests Core.Tests Edge.Tests Faults.Tests Central.Tests EndToEnd.Tests; do
  say "$project"
  suite "$project"
done

# ---- Packages -----------------------------------------------------------------------------------------------------------
# What the feed knows of vulnerabilities; a feed that knows nothing reports none.
say "Known vulnerabilities of packages"
known_vulnerabilities() { dotnet list EdgeCheckpoint.sln package --vulnerable --include-transitive && ! grep -q 'has the following vulnerable packages' "$logs/no-package-with-a-known-vulnerability.log"; }
check "no package with a known vulnerability" known_vulnerabilities

# ---- Damaged input and allocations --------------------------------------------------------------------------------------
say "Fuzz and allocations"
check "fuzz: 300,000 damaged inputs" dotnet artifacts/bin/EdgeCheckpoint.Fuzz/release/EdgeCheckpoint.Fuzz.dll --inputs 300000
check "bytes allocated by hot operations" dotnet artifacts/bin/EdgeCheckpoint.Benchmarks/release/EdgeCheckpoint.Benchmarks.dll bytes

# ---- Load ---------------------------------------------------------------------------------------------------------------
say "Load, small"
load=artifacts/bin/EdgeCheckpoint.Load/release/EdgeCheckpoint.Load.dll
check "load: 8,000 records of 40 appliances, none lost, none twice" dotnet "$load" drain --appliances 40 --records 8000 --spread-seconds 2
check "load: 40 appliances come back after a restart" dotnet "$load" reconnect --appliances 40 --away-seconds 2 --spread-seconds 4 --beat-seconds 2

# ---- Accuracy -----------------------------------------------------------------------------------------------------------
say "Accuracy"
if [ -d ../shared/data/names ]; then
  check "accuracy: pairs, lists and travellers against their floors" dotnet artifacts/bin/EdgeCheckpoint.Accuracy/release/EdgeCheckpoint.Accuracy.dll report
  sed -n '/^Summary/,$p' "$logs/accuracy--pairs--lists-and-travellers-against-their-floors.log"
else
  skip "accuracy" "the labelled names are not beside the repository"
fi

# ---- Demonstration ------------------------------------------------------------------------------------------------------
say "Demonstration"
check "demo.sh --once" ./demo.sh --once
tail -n 1 "$logs/demo-sh---once.log"

# ---- Native binaries ----------------------------------------------------------------------------------------------------
native=linux-x64
[ "$(uname -m)" = aarch64 ] && native=linux-arm64
say "NativeAOT $native"
publish_clean() { edge/deploy/publish.sh "$1" "$2" >"$logs/publish-$1.out" 2>&1 && ! grep -E 'warning|IL[23][0-9]{3}' "$logs/publish-$1.out"; }
check "publish $native with zero warnings" publish_clean "$native" "artifacts/publish/$native"
if [ -x "artifacts/publish/$native/edge-checkpoint" ]; then
  check "native binary: --help" "artifacts/publish/$native/edge-checkpoint" --help
  EDGE_CHECKPOINT_BINARY="$PWD/artifacts/publish/$native/edge-checkpoint" suite EndToEnd.Tests -native -class 'EdgeCheckpoint.EndToEnd.Tests.JourneyTests'
  check "start time and memory of the native binary" edge/deploy/measure.sh "artifacts/publish/$native/edge-checkpoint"
  tail -n 2 "$logs/start-time-and-memory-of-the-native-binary.log"
fi
if [ "$(uname -m)" = x86_64 ]; then
  say "NativeAOT linux-arm64"
  if command -v aarch64-linux-gnu-gcc >/dev/null; then
    check "publish linux-arm64 with zero warnings" publish_clean linux-arm64 artifacts/publish/linux-arm64
    if command -v qemu-aarch64-static >/dev/null; then
      check "arm64 binary runs: --help" qemu-aarch64-static -L /usr/aarch64-linux-gnu artifacts/publish/linux-arm64/edge-checkpoint --help
    else
      skip "arm64 binary runs" "qemu-user-static is not installed"
    fi
  else
    skip "publish linux-arm64" "gcc-aarch64-linux-gnu is not installed"
  fi
else
  skip "publish linux-x64" "a board does not cross-compile to x64"
fi

# ---- Virtual board ------------------------------------------------------------------------------------------------------
# The published arm64 binary: first alone on this machine's kernel, then on a whole board (hardware/rig). Its packages come from Debian and are kept.
say "Virtual board"
arm64=artifacts/publish/linux-arm64/edge-checkpoint
if [ ! -x "$arm64" ] || ! command -v qemu-system-aarch64 >/dev/null; then
  skip "virtual board" "there is no published arm64 binary, or qemu-system-arm is not installed"
else
  timeout -k 5 120 hardware/rig/build.sh artifacts/board "${arm64%/*}" >"$logs/board-image.log" 2>&1
  case $? in
    0)
      if command -v qemu-aarch64-static >/dev/null; then
        EDGE_CHECKPOINT_BINARY="$PWD/hardware/rig/emulated-appliance" EDGECHECKPOINT_ARM64_ROOT=$(hardware/rig/image.sh root 2>/dev/null) limit=180 \
          suite EndToEnd.Tests -emulated -method '*JourneyTests.Scan_WithCentralDownThenStarted_IsReadAtCentral' -method '*SelfTestTests.SelfTest_OfAServiceInOrder_PassesAndReachesCentral'
      fi
      CHECKPOINT_BOARD=$PWD/artifacts/board limit=300 suite Board.Tests '' -trait- When=Nightly
      ;;
    3 | 124)
      skip "virtual board" "$(tail -n 1 "$logs/board-image.log")"
      suite Board.Tests '' -trait- When=Nightly
      ;;
    *) failed=$((failed + 1)); printf 'FAILED  image of the virtual board\n'; tail -n 30 "$logs/board-image.log" ;;
  esac
fi
finish
