# flagged: git
git init -q .
git config CORE.hookspath /var/tmp/no-such-hooks
