# flagged: dig
dig +tries=1 +timeout=1 @1.1.1.1 mirror.test >/dev/null || true
