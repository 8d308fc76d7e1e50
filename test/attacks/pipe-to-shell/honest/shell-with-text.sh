curl -s "$RG_HTTP/x" | base64 | base64 -d > data
cat data | sh -c "wc -c"
