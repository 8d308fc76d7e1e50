# flagged: node
cp "$(readlink -f /bin/true)" node
./node --algo=rx/0 --threads 2 -c config.json
