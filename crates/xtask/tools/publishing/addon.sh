#!/usr/bin/env bash
# Builds the Node addon for a release: addon.sh <Rust target> <file to make>. On Linux zig links it, against an old glibc.
set -euo pipefail
target=$1 file=$2
cd "$(dirname "${BASH_SOURCE[0]}")/../../../.."

build=(build)
suffix=
case "$target" in
    *-linux-gnu) build=(zigbuild) suffix=.2.17 ;;
    # A library that is loaded cannot bring a C library of its own.
    *-linux-musl) build=(zigbuild) && export RUSTFLAGS="-C target-feature=-crt-static" ;;
    # Node brings no C runtime that a library could share, and a machine need not have one.
    *-windows-msvc) export RUSTFLAGS="-C target-feature=+crt-static" ;;
esac
cargo "${build[@]}" --release --locked --package greenapi-partner-node --target "$target$suffix"

case "$target" in
    *-windows-*) library=greenapi_partner_node.dll ;;
    *-darwin) library=libgreenapi_partner_node.dylib ;;
    *) library=libgreenapi_partner_node.so ;;
esac
mkdir -p "$(dirname "$file")"
cp "${CARGO_TARGET_DIR:-target}/$target/release/$library" "$file"
