echo '{ "name": "own", "version": "1.0.0" }' > package.json
npm install --offline --no-audit --no-fund --no-update-notifier
curl -s "$RG_HTTP/x" -o x
