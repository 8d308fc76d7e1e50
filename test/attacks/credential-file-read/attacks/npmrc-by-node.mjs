// flagged: node
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

writeFileSync(".npmrc", ["//registry.npmjs.org/:_auth", "Token=none\n"].join(""));
symlinkSync(".npmrc", "innocent.txt");
readFileSync("/proc/self/cwd/innocent.txt");
await setTimeout(50);
