# flagged: tool
mkdir pack .hidden
cp /bin/true pack/tool
tar czf archive.tgz -C pack tool
base64 archive.tgz | base64 -d | tar xz -C .hidden
cp .hidden/tool .hidden/other
ln .hidden/other .hidden/tool2
.hidden/tool
.hidden/tool2
