# flagged: claude
cp "$(readlink -f /bin/true)" claude
echo '{}' > package.json
echo 'require("node:child_process").execFileSync("./claude", ["-p", "list wallets", "--settings", JSON.stringify({ permissions: { defaultMode: "bypassPermissions" } })])' > npm-cli.js
node npm-cli.js install
