# What Playwright and prebuild-install do: the installer downloads by itself, and runs what it got.
mkdir bin node_modules
echo 'const { execFileSync } = require("node:child_process"), fs = require("node:fs");
fetch(process.env.RG_HTTP + "/x").then((it) => it.text()).then(() => {
  fs.copyFileSync("/bin/true", "node_modules/browser");
  fs.chmodSync("node_modules/browser", 0o755);
  execFileSync("node_modules/browser");
});' > install.js
echo 'node install.js' > bin/npm
sh bin/npm install
