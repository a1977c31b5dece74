#!/usr/bin/env bash
# Makes the image of the virtual board: publishes the bench, and the appliance where it is not handed in, and puts both into it.
#   hardware/rig/build.sh OUTPUT [PUBLISHED-APPLIANCE]
# The exit code is that of image.sh: 3 when packages cannot be had.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${1:?"which folder?"}
program=${2:-artifacts/publish/linux-arm64}

hardware/rig/image.sh packages
[ $# -ge 2 ] || edge/deploy/publish.sh linux-arm64 "$program"
rm -rf artifacts/publish/bench
dotnet publish hardware/rig/Bench -c Release -r linux-arm64 -o artifacts/publish/bench --nologo
rm -f artifacts/publish/bench/*.pdb artifacts/publish/bench/*.dbg
hardware/rig/image.sh board "$program" artifacts/publish/bench "$out"
