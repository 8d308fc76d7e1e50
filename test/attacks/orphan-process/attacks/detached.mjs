// Started by a child of the step, which is over before it.
// flagged: dash
import { spawnSync } from "node:child_process";

const program = `
  const { spawn } = require("node:child_process");
  spawn("/bin/sh", ["-c", "sleep 20; true"], { detached: true, stdio: "ignore" }).unref();`;
spawnSync(process.execPath, ["-e", program], { stdio: "ignore" });
