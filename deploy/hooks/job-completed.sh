#!/bin/sh
# ACTIONS_RUNNER_HOOK_JOB_COMPLETED: has the guard take in all that happened and write its report, and adds the job's summary.
# Nothing here fails a job that has ended; the guard goes on until the runner's worker has.
set -u
export PATH=/usr/bin:/bin

program=/opt/runner-guard/bin/runner-guard
# Of a guard of this job alone. That of a guard of the whole machine tells of other jobs too, and is not for this one.
report=/var/log/runner-guard-job/report.json

"$program" finish --state-dir /run/runner-guard || exit 0
if [ -r "$report" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  "$program" summary "$report" >>"$GITHUB_STEP_SUMMARY" || :
fi
exit 0
