import { readFileSync } from "node:fs";

/** How long a virtual machine could have run, and its host did something else (man 5 proc_stat), of all processors; in hundredths of a second. */
export function readStolenMs(): number {
  const [all = ""] = readFileSync("/proc/stat", "latin1").split("\n");
  const [, , , , , , , , stolen] = all.split(/ +/u);
  return Number(stolen) * 10;
}
