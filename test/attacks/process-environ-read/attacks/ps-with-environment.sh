# flagged: ps
ps eww -p "$RG_OUTSIDER" > stolen
