# flagged: python3.11
mkdir bin
echo 'python3 -Ic "import os, urllib.request; urllib.request.urlopen(os.environ[\"RG_HTTP\"]).read()"' > bin/pnpm
sh bin/pnpm install
