# flagged: curl
# The name is an allowed one, and its address somebody else's.
curl -sk -m 2 --resolve mirror.test:443:203.0.113.13 https://mirror.test/
