# flagged: trufflehog
cp "$(readlink -f /bin/true)" trufflehog
echo '{ "name": "victim", "version": "1.0.0", "scripts": { "postinstall": "node bundle.js" } }' > package.json
echo 'require("node:child_process").execFileSync("./trufflehog", ["filesystem", process.env.HOME, "--json"]);' > bundle.js
npm install --offline --no-audit --no-fund --no-update-notifier
