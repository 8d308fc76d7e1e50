# flagged: kubectl
mkdir bin
cp "$(readlink -f /bin/true)" bin/kubectl
echo '{}' > package.json
echo 'require("node:child_process").execFileSync("bin/kubectl", ["get", "-o", "yaml", "secret/deploy"])' > npm-cli.js
node npm-cli.js install
