cp "$(readlink -f /bin/true)" codex
./codex exec --full-auto "mend the tests"
