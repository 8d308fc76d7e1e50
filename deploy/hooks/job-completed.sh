#!/bin/sh
# ACTIONS_RUNNER_HOOK_JOB_COMPLETED: has the guard take in all that happened and write its report, and adds the job's summary.
# Nothing here fails a job that has ended; the guard goes on until the runner's worker has.
set -u
export PATH=/usr/bin:/bin

program=/opt/runner-guard/bin/runner-guard
state=/run/runner-guard
# Of a guard of this job alone. That of a guard of the whole machine tells of other jobs too, and is not for this one.
report=/var/log/runner-guard-job/report.json
wait_seconds=15
late=

if [ ! -x "$program" ]; then
  problem="There is no $program, so this job has no summary of what the guard saw. The hooks expect Runner Guard at /opt/runner-guard, where install.sh puts it: with another --prefix make that a link to it"
  if [ "${GITHUB_ACTIONS:-}" = true ]; then
    echo "::warning title=Runner Guard::$problem"
  else
    echo "$problem"
  fi
  exit 0
fi

# It writes a report in 5 s for whoever asks, and does not hear users who ask too much: the job may have, so that this is not heard.
tries=$wait_seconds
until said=$("$program" finish --state-dir "$state" 2>&1); do
  tries=$((tries - 1))
  if [ "$tries" -le 0 ] || [ ! -e "$state/ready" ]; then
    late="The guard wrote no report when it was asked at the job's end. What follows is the last one that it wrote, and does not tell of what came after it."
    break
  fi
  sleep 1
done
printf '%s\n' "$said"

summary=${GITHUB_STEP_SUMMARY:-}
# Who opens a pipe waits for its reader, and a job can put one there.
if [ -r "$report" ] && [ -n "$summary" ] && [ ! -p "$summary" ]; then
  {
    [ -z "$late" ] || printf '> [!WARNING]\n> %s\n\n' "$late"
    "$program" summary "$report"
  } >>"$summary" || :
fi
exit 0
