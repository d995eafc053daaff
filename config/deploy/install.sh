#!/bin/sh
# Installs or upgrades Firewatch from the unpacked release in which this file stands. Needs root, no network, no Node.
#
#   install.sh                 install this release, or upgrade to it; the release before is kept
#   install.sh --rollback      go back to the release before
#   install.sh --no-start      do not start or restart the service
#   install.sh --prefix DIR    put everything below DIR and leave users and services alone
set -eu

say() { printf '%s\n' "$*"; }
fail() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }
usage() { sed -n '4,7s/^# *//p' "$0" >&2; exit 2; }

prefix=
starts=yes
rolls_back=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || usage; prefix=$2; shift ;;
    --rollback) rolls_back=yes ;;
    --no-start) starts=no ;;
    *) usage ;;
  esac
  shift
done

here=$(dirname "$(readlink -f "$0")")
home=$prefix/opt/firewatch
releases=$home/releases
site=$prefix/etc/firewatch/site.yaml
key=$prefix/etc/firewatch/release-key.pem
unit=$prefix/etc/systemd/system/firewatch.service
link=$prefix/usr/local/bin/firewatch

[ -n "$prefix" ] || [ "$(id -u)" -eq 0 ] || fail 'run it as root'
[ -z "$prefix" ] && [ -d /run/systemd/system ] || starts=no

# Names of releases that `current` and `previous` stand for; empty where there is none.
named() { [ -L "$home/$1" ] && basename "$(readlink "$home/$1")" || true; }
# In one step, so that there is a `current` at every moment.
point() { ln -sfn "releases/$2" "$home/.$1" && mv -T "$home/.$1" "$home/$1"; }

put_unit() {
  install -D -m 0644 "$releases/$1/firewatch.service" "$unit"
  mkdir -p "$(dirname "$link")"
  ln -sfn /opt/firewatch/current/bin/firewatch "$link"
}

# Restarts the service where there is one to restart. No when it does not come up, or is not well within a minute.
start() {
  [ "$starts" = yes ] || return 0
  systemctl daemon-reload
  systemctl enable --quiet firewatch.service
  [ -e "$site" ] || return 0
  systemctl restart firewatch.service || return 1
  tries=0
  while [ $tries -lt 60 ]; do
    "$home/current/bin/firewatch" health "$site" >/dev/null 2>&1 && return 0
    tries=$((tries + 1))
    sleep 1
  done
  return 1
}

# Would a release run this site, with the secrets of the service? Asked as its user, who can change what is read here.
accepts() {
  as_user=
  if [ -z "$prefix" ] && getent passwd firewatch >/dev/null; then as_user='runuser -u firewatch --'; fi
  $as_user sh -c '
    if [ -r "$2" ]; then
      while IFS= read -r line; do
        case $line in [A-Za-z_]*=*) export "$line" ;; esac
      done <"$2"
    fi
    exec "$0" check "$1"
  ' "$1/bin/firewatch" "$site" "$prefix/etc/firewatch/environment"
}

# Where the owner has put a public key, only what it has signed is installed. Nothing of the archive checks itself: openssl
# does, or the release that is installed already.
is_signed() {
  [ -e "$key" ] || return 0
  sig=$here/SHA256SUMS.sig
  [ -f "$sig" ] || return 1
  if command -v openssl >/dev/null 2>&1; then
    openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in "$here/SHA256SUMS" -sigfile "$sig" >/dev/null 2>&1
    return
  fi
  trusted=$home/current/runtime
  [ -x "$trusted/bin/node" ] || fail "to check the signature that $key asks for, install openssl first"
  LD_LIBRARY_PATH=$trusted/lib "$trusted/bin/node" -e '
    const { readFileSync } = require("node:fs");
    const [sums, sig, key] = process.argv.slice(1).map((file) => readFileSync(file));
    process.exit(require("node:crypto").verify(null, sums, key, sig) ? 0 : 1);
  ' "$here/SHA256SUMS" "$sig" "$key"
}

roll_back() {
  current=$(named current)
  previous=$(named previous)
  [ -n "$previous" ] && [ -d "$releases/$previous" ] || return 1
  point current "$previous"
  point previous "$current"
  put_unit "$previous"
}

if [ "$rolls_back" = yes ]; then
  roll_back || fail 'there is no release before this one'
  start || fail "release $(named current) is in place, but the service is not well: journalctl -u firewatch"
  say "Firewatch $(named current) is in force again; $(named previous) is kept"
  exit 0
fi

[ -f "$here/SHA256SUMS" ] || fail 'stands in no release: unpack the archive and run the one inside'
is_signed || fail "the archive is not signed by $key; nothing was changed"
(cd "$here" && sha256sum --quiet --strict -c SHA256SUMS) || fail 'the archive is damaged: copy it again'
version=$("$here/bin/firewatch" --version) ||
  fail 'the Node runtime of this archive does not run here: it needs glibc 2.28 or later, libstdc++, and the right processor'
current=$(named current)
mkdir -p "$releases"
rm -rf "$releases/.new"
cp -a "$here" "$releases/.new"
chmod -R u=rwX,go=rX "$releases/.new"
[ -n "$prefix" ] || chown -R root:root "$releases/.new"
if [ -e "$site" ] && ! accepts "$releases/.new" >"$home/.check" 2>&1; then
  cat "$home/.check" >&2
  rm -rf "$releases/.new" "$home/.check"
  fail "release $version does not accept $site; nothing was changed"
fi
rm -f "$home/.check"
# The same version again replaces itself.
rm -rf "$releases/.old"
if [ -d "$releases/$version" ]; then mv "$releases/$version" "$releases/.old"; fi
mv "$releases/.new" "$releases/$version"
rm -rf "$releases/.old"
install -m 0755 "$here/uninstall.sh" "$home/uninstall.sh"
install -m 0755 "$here/install.sh" "$home/install.sh"

if [ -z "$prefix" ]; then
  getent group dialout >/dev/null || groupadd --system dialout
  getent passwd firewatch >/dev/null ||
    useradd --system --user-group --home-dir /var/lib/firewatch --no-create-home --shell /usr/sbin/nologin firewatch
  install -d -o firewatch -g firewatch -m 0750 /var/lib/firewatch
  install -d -o root -g firewatch -m 0770 /etc/firewatch
else
  install -d -m 0750 "$prefix/var/lib/firewatch"
  install -d -m 0770 "$prefix/etc/firewatch"
fi

if [ -n "$current" ] && [ "$current" != "$version" ]; then point previous "$current"; fi
point current "$version"
put_unit "$version"

if ! start; then
  roll_back || fail "release $version is in place, but the service is not well: journalctl -u firewatch"
  start || true
  fail "release $version did not come up well and was taken back; $(named current) runs: journalctl -u firewatch"
fi

# Two releases are kept: this one, and the one to go back to.
for release in "$releases"/*; do
  name=$(basename "$release")
  [ "$name" = "$version" ] || [ "$name" = "$(named previous)" ] || rm -rf "$release"
done

say "Firewatch $version is installed in $home/releases/$version${current:+; before: $current}"
if [ ! -e "$site" ]; then
  say "next: copy $home/current/config/deploy/site/* to $prefix/etc/firewatch, adapt it, then:"
  say '  firewatch check /etc/firewatch/site.yaml && systemctl start firewatch'
fi
