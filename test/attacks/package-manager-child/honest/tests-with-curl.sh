# A test of the project's own asks its server: told as low.
echo '{ "name": "own", "version": "1.0.0", "scripts": { "test": "curl -s $RG_HTTP/health" } }' > package.json
npm test --no-update-notifier
