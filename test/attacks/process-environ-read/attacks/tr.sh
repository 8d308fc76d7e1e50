# flagged: bash
tr '\0' '\n' < "/proc/$RG_OUTSIDER/environ" > stolen
