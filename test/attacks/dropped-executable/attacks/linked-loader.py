# flagged: ld-linux-x86-64.so.2
import base64, glob, os, shutil, subprocess, tempfile
place = tempfile.mkdtemp()
with open("text", "wb") as text:
    text.write(base64.b64encode(open("/bin/true", "rb").read()))
subprocess.run(f"base64 -d text > {place}/library", shell=True, check=True)
os.link(f"{place}/library", f"{place}/other")
loader = os.path.realpath(glob.glob("/lib64/ld-linux-x86-64.so.2")[0])
subprocess.run([loader, f"{place}/other"], check=True)
shutil.rmtree(place)
