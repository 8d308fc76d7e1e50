set -e
place=$(mktemp -d)
curl -s -o "$place/data.json" "$RG_HTTP/data"
python3 -I -c 'import sys; open(sys.argv[1]).read()' "$place/data.json"
grep -q data "$place/data.json"
rm -r "$place"
