curl -s -m 1 http://169.254.12.12/ || true
