# flagged: dash
echo "{}" > package.json
cat > npm-cli.js <<'END'
require("node:child_process").execFileSync("sh", ["-c", "echo 'export PATH=$HOME/bin:$PATH' >> ~/.zshrc"], { cwd: process.cwd() });
END
node npm-cli.js install
