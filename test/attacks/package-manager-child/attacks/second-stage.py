# A script of the package writes another one into a temporary folder, and runs that.
# flagged: python3.11
import os
import subprocess
import tempfile

os.mkdir("bin")
with open("bin/npm-cli.js", "w") as manager:
    manager.write("require('node:child_process').execFileSync('python3', ['setup.py'])\n")
with tempfile.TemporaryDirectory(dir="/tmp") as folder:
    with open("setup.py", "w") as script:
        script.write(f"import subprocess\nopen('{folder}/ld.py', 'w').write('print(1)')\n")
        script.write(f"subprocess.run(['python3', '-I', '{folder}/ld.py'])\n")
    subprocess.run(["node", "bin/npm-cli.js", "install"], check=True)
