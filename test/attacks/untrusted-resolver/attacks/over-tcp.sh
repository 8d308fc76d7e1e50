# flagged: dig
dig +tries=1 +timeout=1 +tcp @203.0.113.53 mirror.test >/dev/null || true
