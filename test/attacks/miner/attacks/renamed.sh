# flagged: kworker
cp "$(readlink -f /bin/true)" kworker
(setsid ./kworker -o pool.example.net:443 -u "4$(printf 'A%.0s' {1..94}).worker" -p x &)
sleep 0.1
