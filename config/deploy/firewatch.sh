#!/bin/sh
# The `firewatch` command of an installed release, with the Node runtime that came with it.
release=$(dirname "$(dirname "$(readlink -f "$0")")")
LD_LIBRARY_PATH="$release/runtime/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
# The C library would keep a heap for each thread.
export LD_LIBRARY_PATH MALLOC_ARENA_MAX=2
# What Node makes of the sources is kept for the next start, outside the release, which stays as it was signed.
if [ -z "${NODE_COMPILE_CACHE:-}" ]; then
  if [ -n "${HOME:-}" ]; then
    export NODE_COMPILE_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/firewatch"
  else
    export NODE_DISABLE_COMPILE_CACHE=1
  fi
fi
exec "$release/runtime/bin/node" --max-semi-space-size=8 "$release/agent/cli/main.ts" "$@"
