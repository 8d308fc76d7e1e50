# flagged: xmrig-notls
cp "$(readlink -f /bin/true)" xmrig-notls
./xmrig-notls
