# flagged: git
git init -q .
git config http.https://example.org/.extraheader "AUTHORIZATION: none"
echo '{}' > package.json
echo 'require("node:child_process").execFileSync("git", ["config", "--get", "http.https://example.org/.extraheader"])' > npm-cli.js
node npm-cli.js install
