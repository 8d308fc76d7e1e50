# flagged: bash
import subprocess
import tempfile

with tempfile.TemporaryFile() as script:
    script.write(b"eval \"$(echo ZWNobyByYW4= | base64 -d)\"\nsleep 0.02\n")
    script.seek(0)
    subprocess.run(["bash", "--norc"], stdin=script, check=True)
