#!/usr/bin/env bash
# Builds the Dockerfile without Docker and without the public registry of images, and runs what came out:
# npm run test:image
#
# The base is Debian from debootstrap with the pinned Node, under the name of the official image. Needs root, network to
# Debian's archive and to the npm registry, and: apt-get install buildah debootstrap.
# What this can't show: Docker's own execution of HEALTHCHECK, cgroup limits, and the arm64 image.
set -euo pipefail
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
base=docker.io/library/node:26-bookworm-slim
image=localhost/firewatch-test
export BUILDAH_ISOLATION=chroot
root=(--root "$work/images" --runroot "$work/run")
containers=()
agent_pid=
clean() {
  [ -z "$agent_pid" ] || kill -KILL "$agent_pid" 2>/dev/null || true
  for container in "${containers[@]}"; do buildah "${root[@]}" rm "$container" >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap clean EXIT
say() { printf '%5ds  %s\n' "$SECONDS" "$*"; }
fail() { say "FAILED: $*"; exit 1; }

rootfs=${FIREWATCH_BASE_ROOTFS:-}
if [ -z "$rootfs" ]; then
  rootfs=$work/rootfs
  debootstrap --variant=minbase --include=ca-certificates,libatomic1,libstdc++6 \
    bookworm "$rootfs" http://deb.debian.org/debian >"$work/debootstrap.log" || { tail "$work/debootstrap.log"; exit 1; }
fi
say 'Debian is there'

from=$(buildah "${root[@]}" from scratch)
containers+=("$from")
buildah "${root[@]}" add --quiet "$from" "$rootfs" / >/dev/null
buildah "${root[@]}" copy --quiet "$from" node_modules/node/bin/node /usr/local/bin/node >/dev/null
npm=$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")
buildah "${root[@]}" copy --quiet "$from" "$npm" /usr/local/lib/node_modules/npm >/dev/null
buildah "${root[@]}" run "$from" -- ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
# Where npm finds packages, and whom it trusts, is handed on as this machine has it.
buildah "${root[@]}" config --env "npm_config_registry=$(npm config get registry 2>/dev/null)" "$from"
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
  buildah "${root[@]}" copy --quiet "$from" "$NODE_EXTRA_CA_CERTS" /etc/ssl/trusted-here.pem >/dev/null
  buildah "${root[@]}" config --env NODE_EXTRA_CA_CERTS=/etc/ssl/trusted-here.pem "$from"
fi
buildah "${root[@]}" commit --quiet --rm "$from" "$base" >/dev/null
say "base committed as $base"

buildah "${root[@]}" bud --isolation chroot --pull-never --network host --format docker \
  --quiet -t "$image" . >"$work/bud.log" 2>&1 || { tail -30 "$work/bud.log"; fail 'the image does not build'; }
say 'image built'

inspect() { buildah "${root[@]}" inspect --type image --format "$1" "$image"; }
[ "$(inspect '{{.Docker.Config.User}}')" = firewatch ] || fail 'the image runs as root'
case $(inspect '{{.Docker.Config.Healthcheck.Test}}') in *'firewatch health'*) ;; *) fail 'no health check' ;; esac
case $(inspect '{{.Docker.Config.Volumes}}') in *var/lib/firewatch*) ;; *) fail 'the volume is not stated' ;; esac
say 'runs as firewatch, with health check and volume'

container=$(buildah "${root[@]}" from --pull-never "$image")
containers+=("$container")
inside=$(buildah "${root[@]}" mount "$container")
[ ! -e "$inside/opt/firewatch/node_modules/vitest" ] || fail 'development packages are inside'
[ -e "$inside/opt/firewatch/agent/web/page/dist/index.html" ] || fail 'the page is not inside'
cat >"$inside/etc/firewatch/site.yaml" <<'SITE'
site: { id: image, name: image, timezone: UTC }
journal: { directory: /var/lib/firewatch }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
points:
  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
SITE
size=$(du -sm "$inside" | cut -f1)
say "unpacked: $size MB, of them $(du -sm "$inside/opt/firewatch" | cut -f1) MB Firewatch"
run() { buildah "${root[@]}" run --isolation chroot --network host "$container" -- "$@"; }

[ "$(run firewatch --version)" = "$(node -p 'require("./package.json").version')" ] || fail '--version'
run firewatch check /etc/firewatch/site.yaml >/dev/null || fail 'check'
! run firewatch health /etc/firewatch/site.yaml >/dev/null 2>&1 || fail 'health says yes with no agent'
[ "$(run id -u)" = 990 ] || fail 'not the user it should be'
say 'version, check, health and user are right'

touch "$work/before"
run firewatch run /etc/firewatch/site.yaml >"$work/run.log" 2>&1 &
agent=$!
for _ in $(seq 60); do
  run firewatch health /etc/firewatch/site.yaml --ready --json >"$work/health.log" 2>/dev/null && break
  sleep 1
done
agent_pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$work/health.log")
grep -q '"ok":true' "$work/health.log" || { cat "$work/run.log" "$work/health.log"; fail 'run is not well'; }
say "run is well: $(cut -c1-100 "$work/health.log") …"
written=$(find "$inside" -xdev -newer "$work/before" -type f ! -path "$inside/var/lib/firewatch/*" \
  ! -path "$inside/proc/*" ! -path "$inside/etc/hosts" ! -path "$inside/etc/resolv.conf" ! -path "$inside/run/*")
[ -z "$written" ] || fail "written outside /var/lib/firewatch: $written"
kill -TERM "$agent_pid"
wait "$agent" || fail 'run did not end well'
agent_pid=
say 'only /var/lib/firewatch was written; ended by SIGTERM; all is well'
