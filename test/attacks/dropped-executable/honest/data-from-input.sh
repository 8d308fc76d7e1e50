# What was downloaded is read by a program that was not.
mkdir .cache
curl -s "$RG_HTTP/data" > .cache/data
echo 'process.stdin.on("data", () => {})' > read.cjs
node --require ./read.cjs -e 0 < .cache/data
python3 -Ic 'import sys; sys.stdin.read()' < .cache/data
