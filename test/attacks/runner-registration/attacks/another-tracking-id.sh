# flagged: sleep
export RUNNER_TRACKING_ID=github_1
sh -c 'RUNNER_TRACKING_ID=0 setsid sleep 0.1 & wait'
