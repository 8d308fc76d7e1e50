# flagged: cat
cat "/proc/$RG_OUTSIDER/environ" > stolen
