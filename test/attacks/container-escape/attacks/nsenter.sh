# flagged: nsenter
nsenter --target $$ --net true
