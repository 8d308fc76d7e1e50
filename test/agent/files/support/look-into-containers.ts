/** Entry: in whose files, of all processes that nobody seen here started, a guard would read. Prints them on a line. */
import { closeSync, readdirSync, readFileSync } from "node:fs";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";

const files = createLocalFiles();
const found = readdirSync("/proc")
  .filter((name) => /^\d+$/.test(name) && / 0 /.test(readParent(name)))
  .flatMap((name) => {
    const file = files.open(Number(name), "/etc/hostname-of-container");
    if (file === undefined) return [];
    const text = readFileSync(file, "utf8").trim();
    closeSync(file);
    return [text];
  });
process.stdout.write(`found ${found.toSorted().join(" ")}\n`);

function readParent(pid: string): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return ` ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]} `;
  } catch {
    return "";
  }
}
