#!/bin/sh
# Removes Firewatch. The journal in /var/lib/firewatch and the site in /etc/firewatch stay unless asked otherwise.
#
#   uninstall.sh               remove the program and its service
#   uninstall.sh --purge       and the journal, the site file, the user
#   uninstall.sh --prefix DIR  of an installation below DIR
set -eu

usage() { sed -n '4,6s/^# *//p' "$0" >&2; exit 2; }

prefix=
purges=no
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) [ $# -ge 2 ] || usage; prefix=$2; shift ;;
    --purge) purges=yes ;;
    *) usage ;;
  esac
  shift
done
[ -n "$prefix" ] || [ "$(id -u)" -eq 0 ] || { echo 'uninstall.sh: run it as root' >&2; exit 1; }

if [ -z "$prefix" ] && [ -d /run/systemd/system ]; then
  systemctl disable --now --quiet firewatch.service || true
fi
rm -f "$prefix/etc/systemd/system/firewatch.service" "$prefix/usr/local/bin/firewatch"
rm -rf "$prefix/opt/firewatch" "$prefix/var/cache/firewatch"
if [ -z "$prefix" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi

if [ "$purges" = yes ]; then
  rm -rf "$prefix/var/lib/firewatch" "$prefix/etc/firewatch"
  if [ -z "$prefix" ] && getent passwd firewatch >/dev/null; then userdel firewatch; fi
  echo 'Firewatch is removed, with its journal and site file'
else
  echo "Firewatch is removed; kept: $prefix/var/lib/firewatch, $prefix/etc/firewatch"
fi
