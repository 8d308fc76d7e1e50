# flagged: bash
mkdir .cache
curl -s "$RG_HTTP/hello.sh" > .cache/hello
echo sleep 0.5 >> .cache/hello
bash --norc < .cache/hello
