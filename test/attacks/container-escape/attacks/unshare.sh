# flagged: unshare
unshare --mount true
