// flagged: node
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

execFileSync("git", ["init", "-q", "."]);
writeFileSync(".git/hooks/pre-push", "#!/bin/sh\n", { mode: 0o755 });
await setTimeout(50);
