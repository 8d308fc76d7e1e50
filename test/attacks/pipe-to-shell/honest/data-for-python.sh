curl -s "$RG_HTTP/data.json" | python3 -c "import sys; print(len(sys.stdin.read()))"
