# Below a double fork.
# flagged: Runner.Listener
import os
import shutil
import subprocess

os.mkdir("bin")
shutil.copy(os.path.realpath(shutil.which("true")), "bin/Runner.Listener")
subprocess.run(["setsid", "sh", "-c", "sh -c 'sleep 0.05; bin/Runner.Listener run --jitconfig x' &"], check=True)
