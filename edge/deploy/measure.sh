#!/usr/bin/env bash
# Start time and memory of the appliance's program: health endpoint answering after start, resident memory when idle.
#   edge/deploy/measure.sh BINARY [RUNS]
# Enrols once with a central of its own on loopback, then starts the binary RUNS times (5) and prints medians.
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=$(realpath "${1:?which binary?}")
runs=${2:-5}
command -v python3 >/dev/null || { echo "python3 is needed to time the start."; exit 1; }
configuration=release
central=(dotnet "artifacts/bin/EdgeCheckpoint.Central/$configuration/central-checkpoint.dll")
folder=$(mktemp -d)
server=
cleanup() { [ -n "$server" ] && kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$folder"; }
trap cleanup EXIT

"${central[@]}" init --name Utopia --address https://127.0.0.1 --data "$folder/central" >/dev/null
"${central[@]}" run --data "$folder/central" --grpc-url https://127.0.0.1:0 --dashboard-url http://127.0.0.1:0 >"$folder/central.log" 2>&1 &
server=$!
for _ in $(seq 200); do grep -q '^Dashboard listening' "$folder/central.log" && break; sleep 0.1; done
grep -q '^Dashboard listening' "$folder/central.log" || { echo "Central did not start; build it first: dotnet build EdgeCheckpoint.sln -c Release"; cat "$folder/central.log"; exit 1; }
address=$(sed -n 's/^gRPC listening on //p' "$folder/central.log")
"${central[@]}" appliances ticket --post Bench --serial BENCH --out "$folder/ticket.json" --address "${address%/}" --data "$folder/central" >/dev/null
"$binary" enrol --data "$folder/edge" --ticket "$folder/ticket.json" --serial BENCH >/dev/null

python3 - "$binary" "$folder" "$runs" <<'PYTHON'
import re, statistics, subprocess, sys, time, urllib.request
binary, folder, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
starts, memories, private = [], [], []
for _ in range(runs):
    begin = time.perf_counter()
    process = subprocess.Popen([binary, "run", "--data", f"{folder}/edge", "--set", "Console:Port=0",
                                "--set", "Board:Profile=simulated", "--set", f"Board:SimulatedDirectory={folder}/board"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    for line in process.stdout:
        if line.startswith("Counter page on "):
            urllib.request.urlopen(line.split()[-1] + "/healthz", timeout=10).read()
            break
    starts.append((time.perf_counter() - begin) * 1000)
    time.sleep(3)  # idle: the first exchange with central is over
    status = open(f"/proc/{process.pid}/status").read()
    memories.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024)
    private.append(int(re.search(r"RssAnon:\s+(\d+)", status).group(1)) / 1024)
    process.terminate()
    process.wait()
print(f"start to an answering health endpoint: median {statistics.median(starts):.0f} ms [{min(starts):.0f}-{max(starts):.0f}], {runs} runs")
print(f"resident memory after 3 s: median {statistics.median(memories):.0f} MB [{min(memories):.0f}-{max(memories):.0f}], "
      f"of which {statistics.median(private):.0f} MB are not mapped from files")
PYTHON
