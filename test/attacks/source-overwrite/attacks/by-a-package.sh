# flagged: dash
git init -q . && git config user.name Somebody && git config user.email somebody@example.org
echo "int main(void) { return 0; }" > main.c
git add main.c && git commit -q -m first
mkdir -p node_modules/package
echo "{}" > package.json
cat > npm-cli.js <<END
require("node:child_process").execFileSync("sh", ["-c", "echo // >> ../../main.c; sleep 0.05"], { cwd: "node_modules/package" });
END
node npm-cli.js install
