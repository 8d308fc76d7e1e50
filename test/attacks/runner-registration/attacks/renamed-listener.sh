# flagged: updater
cp "$(readlink -f /bin/true)" updater
./updater configure --unattended --url https://github.com/owner --pat AAAA --ephemeral
