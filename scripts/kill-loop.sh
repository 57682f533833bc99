#!/usr/bin/env bash
# Kills the server under load, again and again, and checks that every acknowledged event is there
# exactly once. Usage: scripts/kill-loop.sh [rounds] [seed]; a failed run prints its seed.
set -euo pipefail
cd "$(dirname "$0")/.."

export TRACKFLOW_KILL_ROUNDS="${1:-50}"
if [ -n "${2:-}" ]; then export TRACKFLOW_KILL_SEED="$2"; fi
cargo test -p trackflow --test it -- --nocapture kill_loop
