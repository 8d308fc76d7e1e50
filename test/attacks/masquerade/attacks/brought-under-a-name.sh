# The file itself bears the name of a part of the system.
# flagged: systemd-journald
cp "$(readlink -f /bin/sleep)" systemd-journald
./systemd-journald 0.05
