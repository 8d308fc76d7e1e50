# flagged: kubectl
mkdir bin
cp "$(readlink -f /bin/true)" bin/kubectl
echo '{}' > package.json
echo 'require("node:child_process").execFileSync("sh", ["-c", "bin/kubectl config view --raw; :"])' > npm-cli.js
node npm-cli.js install
