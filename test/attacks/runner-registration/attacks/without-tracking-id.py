# flagged: sleep
import os
import subprocess

os.environ["RUNNER_TRACKING_ID"] = "github_1"
subprocess.run(["sh", "-c", "unset RUNNER_TRACKING_ID; sleep 0.1; true"], check=True)
