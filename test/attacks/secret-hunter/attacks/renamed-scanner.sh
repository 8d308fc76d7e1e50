# flagged: .cache-helper
mkdir bin
cp "$(readlink -f /bin/true)" .cache-helper
echo './.cache-helper filesystem / --no-verification --json > found' > bin/pip
sh bin/pip install victim
