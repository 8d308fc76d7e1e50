# Docker's helper gives what docker login kept.
# flagged: docker-credential-desktop
import os
import shutil
import subprocess

os.mkdir("bin")
shutil.copy("/bin/true", "bin/docker-credential-desktop")
with open("npm-cli.js", "w") as script:
    script.write(
        'require("node:child_process").execFileSync("bin/docker-credential-desktop", ["get"], { input: "ghcr.io" });'
    )
with open("package.json", "w") as package:
    package.write("{}")
subprocess.run(["node", "npm-cli.js", "install"], check=True)
