curl -sk -m 2 https://mirror.test/
curl -s -m 2 http://mirror.test/
