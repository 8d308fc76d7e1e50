# flagged: mv
test ! -e /etc/ld.so.preload || exit 1
ln -s /etc elsewhere
: > notes
mv notes elsewhere/ld.so.preload
rm /etc/ld.so.preload
