#!/usr/bin/env bash
# Publishes the appliance's program as one native binary.
#   edge/deploy/publish.sh linux-x64|linux-arm64 OUTPUT-FOLDER
# On x64 the arm64 binary is cross-compiled with Debian's gcc-aarch64-linux-gnu and libc6-dev-arm64-cross.
set -euo pipefail
cd "$(dirname "$0")/../.."

rid=${1:?"which runtime? linux-x64 or linux-arm64"}
out=${2:?"which folder?"}
host=$(uname -m)
options=()

case "$rid/$host" in
  linux-x64/x86_64 | linux-arm64/aarch64) ;;
  linux-arm64/x86_64)
    if ! command -v aarch64-linux-gnu-gcc >/dev/null; then
      echo "The cross compiler is missing: apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross" >&2
      exit 1
    fi
    # The SDK passes clang's --target and -fuse-ld; a cross gcc needs neither.
    tools=$(mktemp -d)
    trap 'rm -rf "$tools"' EXIT
    cat >"$tools/aarch64-aot-gcc" <<'WRAPPER'
#!/usr/bin/env bash
arguments=()
for argument in "$@"; do
  case "$argument" in --target=* | -fuse-ld=*) ;; *) arguments+=("$argument") ;; esac
done
exec aarch64-linux-gnu-gcc "${arguments[@]}"
WRAPPER
    chmod +x "$tools/aarch64-aot-gcc"
    export PATH="$tools:$PATH"
    options+=(-p:CppCompilerAndLinker=aarch64-aot-gcc -p:ObjCopyName=aarch64-linux-gnu-objcopy)
    ;;
  *)
    echo "$rid cannot be published on $host." >&2
    exit 1
    ;;
esac

rm -rf "$out"
dotnet publish edge/Worker -c Release -r "$rid" -o "$out" --nologo "${options[@]}"
# The native libraries are published with an execute bit that they do not need and without read rights for others.
chmod 0644 "$out"/*.so
