#!/bin/sh
# No step of a job runs before a guard is in force for it. Where none comes to be, the job fails. GitHub's ACTIONS_RUNNER_HOOK_JOB_STARTED,
# GitLab's pre_get_sources_script, or the first step of a build of Jenkins'.
# It takes nothing from its environment, which a workflow may have a say in, but for how to word an error.
set -eu
export PATH=/usr/bin:/bin

ready=/run/runner-guard/ready
wanted=/run/runner-guard-wanted
wait_seconds=30

# Whether this script comes from that process, as all of its job does.
comes_from() {
  pid=$$
  while [ "$pid" -gt 1 ]; do
    [ "$pid" != "$1" ] || return 0
    stat=$(cat "/proc/$pid/stat") || return 1
    # shellcheck disable=SC2086 # words
    set -- "$1" ${stat##*) }
    pid=$3
  done
  return 1
}

# A guard of the whole machine, or one of this job: that of the job before may be about to end.
is_guarded() {
  state=$(cat "$ready" 2>/dev/null) || return 1
  guard=$(printf %s "$state" | sed -n 's/^{"pid":\([0-9]\{1,10\}\),.*/\1/p')
  [ -n "$guard" ] && [ -d "/proc/$guard" ] || return 1
  until=$(printf %s "$state" | sed -n 's/.*,"until":\([0-9]\{1,10\}\)}[[:space:]]*$/\1/p')
  [ -z "$until" ] || comes_from "$until"
}

tries=$((wait_seconds * 10))
asked=
until is_guarded; do
  if [ -z "$asked" ] && [ -d "$wanted" ]; then
    # In a shell of its own: one that cannot redirect this ends.
    (: >"$wanted/start") 2>/dev/null || :
    asked=1
  fi
  tries=$((tries - 1))
  if [ "$tries" -le 0 ]; then
    problem="No guard came to be in force within $wait_seconds seconds, so this job does not run. Why: on a machine journalctl --unit 'runner-guard*', in a pod the log of its container runner-guard"
    if [ "${GITHUB_ACTIONS:-}" = true ]; then
      echo "::error title=Runner Guard::$problem"
    else
      echo "$problem"
    fi
    exit 1
  fi
  sleep 0.1
done
echo "Runner Guard is in force (pid $guard)."
