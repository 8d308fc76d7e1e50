# flagged: dd
dd if="/proc/$RG_OUTSIDER/mem" of=stolen bs=64 count=1 iflag=skip_bytes skip=$((RG_SECRET_AT)) 2>/dev/null
