// flagged: stage
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";

mkdirSync("bin");
writeFileSync("build.sh", "curl -s -o stage file:///bin/true && chmod +x stage && ./stage\n");
writeFileSync("bin/cargo", "#!/bin/sh\nsh build.sh\n");
chmodSync("bin/cargo", 0o755);
execFileSync("bin/cargo", ["build"]);
