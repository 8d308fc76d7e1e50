echo 'stratum+tcp://pool.example.net:3333 xmrig --algo rx/0' > list
grep -q 'stratum+tcp' list
sh -c 'cat list' | grep -c xmrig
node -e 'process.argv' -- --algorithm sha256 -a all --coin-flip
