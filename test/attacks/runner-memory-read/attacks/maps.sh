# flagged: cat
cat "/proc/$RG_OUTSIDER/maps" > map
