address=$(getent ahostsv4 mirror.test | head -n 1 | cut -d ' ' -f 1)
curl -s -m 2 "http://$address/"
