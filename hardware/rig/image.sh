#!/usr/bin/env bash
# Gets what the virtual board is made of, and puts it together. Asks nothing and changes nothing of this machine's packages.
#   hardware/rig/image.sh packages                      the kernel, and the libraries of an arm64 Debian 12, into the cache
#   hardware/rig/image.sh root                          the same; prints the folder with the libraries (for qemu-aarch64-static -L)
#   hardware/rig/image.sh board PROGRAM BENCH OUTPUT    OUTPUT/kernel and OUTPUT/initrd, with both published programs in it
# The cache is $EDGECHECKPOINT_RIG_CACHE, else $XDG_CACHE_HOME/edgecheckpoint-rig, else ~/.cache/edgecheckpoint-rig. What lies there is
# compared with its sums at each use; packages are looked up anew after a week, and the old ones serve where that fails.
# Exit code 3: the packages cannot be had here (no network, no mirror of Debian, no apt).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${EDGECHECKPOINT_RIG_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/edgecheckpoint-rig}
days=7

# In the order of loading where it matters: usb_f_acm before g_serial, for no kernel of an initramfs calls modprobe by itself.
# Never gpio_keys: it would take line 3, on which the power button's pulse comes.
modules=(virtio_mmio virtio_blk virtio_net virtio_console virtio_rng ext4 crc32c_generic configfs i2c-dev uhid hid-generic hid-mcp2221 evdev
  usb_f_acm dummy_hcd g_serial cdc-acm)

say() { echo "image: $*" >&2; }
unavailable() { say "$*"; exit 3; }

# ---- Packages -----------------------------------------------------------------------------------------------------------
# An apt of its own, which takes mirrors and proxy from this machine: foreign architecture and backports stay out of the machine's lists.
mirror() {
  apt-get indextargets --format '$(SITE) $(RELEASE)' 'Created-By: Packages' 2>/dev/null | sort -u | awk -v kind="$1" '
    kind == "security" && $1 ~ /debian-security\/?$/ { print $1; exit }
    kind == "main" && $1 ~ /\/debian\/?$/ { print $1; exit }'
}

prepare_apt() {
  local main security keys=/usr/share/keyrings/debian-archive-keyring.gpg
  command -v apt-get >/dev/null || unavailable "there is no apt-get."
  main=$(mirror main) security=$(mirror security)
  [ -n "$main" ] && [ -n "$security" ] || unavailable "this machine's apt names no mirror of Debian."
  [ -r "$keys" ] || unavailable "$keys is missing: install debian-archive-keyring."
  rm -rf "$work/apt"
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial" "$work/apt/sources.list.d"
  cat >"$work/apt/sources.list" <<END
deb [signed-by=$keys] $main bookworm main
deb [signed-by=$keys] $main bookworm-backports main
deb [signed-by=$keys] $security bookworm-security main
END
  # Nothing counts as installed; as root apt would else drop its rights and find this folder closed.
  cat >"$work/apt/apt.conf" <<END
Dir::State::Lists "$work/apt/lists"; Dir::Cache "$work/apt/cache"; Dir::State::status "/dev/null";
Dir::Etc::sourcelist "$work/apt/sources.list"; Dir::Etc::sourceparts "$work/apt/sources.list.d";
APT::Sandbox::User "root"; APT::Architecture "arm64"; APT::Architectures { "arm64"; };
Acquire::Languages "none"; Acquire::Retries "2"; Acquire::http::Timeout "20"; Acquire::https::Timeout "20";
END
  export APT_CONFIG=$work/apt/apt.conf
}

# Backports move, so the newest kernel of the series is looked up: its package has its version in its name.
newest_kernel() {
  apt-cache show linux-image-arm64 | sed -n 's/^Depends: \(linux-image-6\.12\.[0-9]*+deb12[^ ,]*\).*/\1/p' | sort -V | tail -n 1
}

download() {
  local kernel
  prepare_apt
  apt-get update -qq >&2
  kernel=$(newest_kernel)
  [ -n "$kernel" ] || { say "bookworm-backports has no kernel 6.12."; exit 1; }
  mkdir -p "$work/debs"
  # libssl3 is in no dependency of the program, which opens it by name.
  (cd "$work/debs" && apt-get download -qq "$kernel" busybox-static/bookworm libc6/bookworm libstdc++6/bookworm libgcc-s1/bookworm zlib1g/bookworm \
    libssl3/bookworm-security libgpiod3/bookworm-backports) >&2 \
    || (cd "$work/debs" && apt-get download -qq "$kernel" busybox-static/bookworm libc6/bookworm libstdc++6/bookworm libgcc-s1/bookworm zlib1g/bookworm \
      libssl3/bookworm libgpiod3/bookworm-backports) >&2
}

# ---- Library tree, kernel and the unchanging part of the initramfs --------------------------------------------------------
unpack() {
  local deb kernel release
  kernel=$(ls "$work"/debs/linux-image-*.deb)
  mkdir -p "$work/root"/{bin,dev,proc,sys,tmp,run,etc,data,app,root,lib,usr/bin}
  for deb in "$work"/debs/*.deb; do
    [ "$deb" = "$kernel" ] && continue
    dpkg-deb --fsys-tarfile "$deb" | tar x -C "$work/root" --exclude='./usr/share/*' --exclude='./usr/lib/*/gconv*' --exclude='./usr/lib/*/engines-3*' --exclude='./sbin/*'
  done
  say "unpacking $(basename "$kernel")"
  dpkg-deb --fsys-tarfile "$kernel" | tar x -C "$work/unpacked" ./boot ./lib
  release=$(ls "$work/unpacked/lib/modules")
  cp "$work/unpacked/boot/vmlinuz-$release" "$work/kernel"
  depmod -b "$work/unpacked" "$release"
  mkdir -p "$work/root/lib/modules/$release"
  local module file
  for module in "${modules[@]}"; do
    modprobe -d "$work/unpacked" -S "$release" --show-depends "$module"
  done | awk '$1 == "insmod" { print $2 }' | awk '!seen[$0]++' >"$work/modules.list"
  while read -r file; do
    cp "$file" "$work/root/lib/modules/$release/"
  done <"$work/modules.list"
  xz -d "$work/root/lib/modules/$release/"*.ko.xz 2>/dev/null || true
  cp "$work/unpacked/lib/modules/$release/"modules.{builtin,order} "$work/root/lib/modules/$release/"
  depmod -b "$work/root" "$release"
  printf '%s\n' "${modules[@]}" >"$work/root/etc/modules.list"
  rm -rf "$work/unpacked" "$work/modules.list"
  (cd "$work/root" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$work/base.cpio"
}

is_whole() { [ -f "$1/SHA256SUMS" ] && (cd "$1" && sha256sum -c --status SHA256SUMS); }

is_young() { [ -n "$(find "$1/SHA256SUMS" -mtime -"$days" 2>/dev/null)" ]; }

# The folder bears the sum of this script: what an older one has made is not used.
packages() {
  set_folder=$cache/$(sha256sum <"$here/image.sh" | cut -c1-16)
  mkdir -p "$cache"
  # Two runs at once wait for each other.
  exec 9>"$cache/lock"
  flock 9
  if is_whole "$set_folder"; then
    is_young "$set_folder" && return
  else
    rm -rf "$set_folder"
  fi
  work=$cache/new.$$
  rm -rf "$cache"/new.*
  # Sets that other versions of this script have left.
  find "$cache" -mindepth 1 -maxdepth 1 -type d -mtime +30 -exec rm -rf {} +
  mkdir -p "$work/unpacked"
  # A process of its own: in a condition, bash would go on after an error.
  if "$here/image.sh" fetch "$work"; then
    rm -rf "$work/apt" "$set_folder"
    (cd "$work" && find . -type f ! -name "SHA256SUMS*" -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS.new && mv SHA256SUMS.new SHA256SUMS)
    mv "$work" "$set_folder"
    say "$(ls "$set_folder/debs" | grep linux-image), $(du -sh "$set_folder" | cut -f1) in $cache"
  else
    rm -rf "$work"
    is_whole "$set_folder" || unavailable "the packages cannot be had."
    say "packages cannot be looked up now; those of $(date -r "$set_folder/SHA256SUMS" +%F) serve."
  fi
}

# The kernel takes archives one after the other, so that only the small one is made anew.
board() {
  command -v cpio >/dev/null || unavailable "cpio is not installed."
  local program=$1 bench=$2 out=$3 tree
  tree=$(mktemp -d)
  mkdir -p "$tree/app" "$tree/bench" "$out"
  cp -r "$program/." "$tree/app/"
  cp -r "$bench/." "$tree/bench/"
  cp "$here/guest/init" "$tree/init"
  chmod 0755 "$tree/init"
  cp "$set_folder/kernel" "$out/kernel"
  { cat "$set_folder/base.cpio"; (cd "$tree" && find . | LC_ALL=C sort | cpio -o -H newc --quiet); } >"$out/initrd"
  rm -rf "$tree"
}

case "${1:-}" in
  packages) packages ;;
  fetch) work=$2; download; unpack ;;
  root) packages; echo "$set_folder/root" ;;
  board) [ $# -eq 4 ] || { sed -n '2,9p' "$0"; exit 2; }; packages; board "$2" "$3" "$4" ;;
  *) sed -n '2,9p' "$0"; exit 2 ;;
esac
