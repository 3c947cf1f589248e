#!/usr/bin/env bash
# cron-daemon.sh FOLDER: Debian's own cron in the foreground, with FOLDER/spool for crontabs. In a mount namespace of its
# own where the machine allows one: then no other job of the machine runs and nothing of it is changed.
set -euo pipefail
folder=$1
if [[ ${2:-} == inside ]]; then
  mount --bind "$folder/empty" /etc/cron.d
  mount --bind "$folder/crontab" /etc/crontab
  mount --bind "$folder/spool" /var/spool/cron/crontabs
  mount -t tmpfs tmpfs /run
  exec cron -f
fi
if unshare --mount true 2>/dev/null; then exec unshare --mount "$0" "$folder" inside; fi

user=$(id -un)
remove() { crontab -u "$user" -r; }
if crontab -u "$user" -l >/dev/null 2>&1; then
  echo "$user has a crontab, and this machine gives no mount namespace to work beside it" >&2
  exit 1
fi
trap remove EXIT
crontab -u "$user" "$folder/spool/$user"
cron -f
