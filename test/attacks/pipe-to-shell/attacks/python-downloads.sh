# flagged: dash
python3 -Ic '
import os, urllib.request
print(urllib.request.urlopen(os.environ["RG_HTTP"] + "/hello.sh").read().decode())' | sh
