getent hosts mirror.test
curl -sk -m 2 https://mirror.test/
