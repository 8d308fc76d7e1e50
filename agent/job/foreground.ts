import { readFileSync } from "node:fs";

/** Whether this process's group is the one that its terminal sends Ctrl-C to: fields 5 and 8 of /proc/PID/stat agree. */
export function isInForeground(): boolean {
  const stat = readFileSync("/proc/self/stat", "latin1");
  // The name in parentheses may hold anything, so the fields are counted from its end.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[2] === fields[5];
}
