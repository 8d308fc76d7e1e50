# A module that comes before the program.
# flagged: node
mkdir .cache
curl -s "$RG_HTTP/1/" -o .cache/first.cjs
node --require ./.cache/first.cjs -e 0
