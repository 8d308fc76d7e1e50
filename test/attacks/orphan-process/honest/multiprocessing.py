# What Python starts beside processes of its own. They end when nobody holds their pipe any more, which is later here.
import os
import subprocess
import sys

QUIET = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
read, write = os.pipe()
subprocess.Popen(["sleep", "4"], pass_fds=[write], **QUIET)
for line in (
    f"from multiprocessing.resource_tracker import main;main({read})",
    f"from multiprocessing.forkserver import main; main({read}, {read}, ['__main__'], **{{'sys_path': ['/a']}})",
):
    subprocess.Popen([sys.executable, "-c", line], pass_fds=[read], **QUIET)
