# flagged: update
place=$(mktemp -d)
base64 /bin/true > text
base64 -d text > "$place/a.part"
mv "$place/a.part" "$place/update"
chmod +x "$place/update"
"$place/update"
rm -r "$place"
