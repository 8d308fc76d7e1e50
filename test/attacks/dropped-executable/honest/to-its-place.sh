set -e
mkdir -p ~/.local/bin ~/.venv/bin
curl -s -o ~/.local/bin/tool "$RG_HTTP/hello.sh"
sh ~/.local/bin/tool
cp ~/.local/bin/tool ~/.venv/bin/tool
sh ~/.venv/bin/tool
