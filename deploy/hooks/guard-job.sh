#!/bin/sh
# Started by runner-guard-job.service, as root: guards the job that the runner's worker runs now, until the worker ends.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin

# Anybody may write there. What stays would start this again and again.
find /run/runner-guard-wanted -mindepth 1 -delete

# PID PARENT START of a process; what the program calls itself may hold spaces and brackets.
read_stat() {
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086 # words
  set -- "$1" ${stat##*) }
  [ "$2" != Z ] || return 1
  printf '%s %s %s\n' "$1" "$3" "${21}"
}

# The worker of the listener that has been there longest: one that a job left behind is younger than the runner itself.
find_worker() {
  for exe in /proc/[0-9]*/exe; do
    case $(readlink "$exe" 2>/dev/null || :) in
      */Runner.Worker) ;;
      *) continue ;;
    esac
    pid=${exe#/proc/}
    worker=$(read_stat "${pid%/exe}") || continue
    parent=${worker#* }
    parent=${parent%% *}
    case $(readlink "/proc/$parent/exe" 2>/dev/null || :) in
      */Runner.Listener) ;;
      *) continue ;;
    esac
    listener=$(read_stat "$parent") || continue
    printf '%s %s %s\n' "${listener##* }" "${worker##* }" "${worker%% *}"
  done | sort -k 1,1n -k 2,2nr | head -n 1
}

found=$(find_worker)
if [ -z "$found" ]; then
  echo "runner-guard: no worker of a runner is there to guard" >&2
  exit 0
fi
worker=${found##* }
group=$(awk '$1 == "Gid:" { print $2 }' "/proc/$worker/status")
reports=/var/log/runner-guard-job
rm -f -- "$reports/report.json"
chgrp -- "$group" "$reports"

exec /opt/runner-guard/bin/runner-guard watch --until-exit "$worker" \
  --policy /etc/runner-guard/policy.yml --report "$reports/report.json"
