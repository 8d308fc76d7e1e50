export RUNNER_TRACKING_ID=github_1
sh -c 'sh -c true'
env -i PATH="$PATH" sh -c true
