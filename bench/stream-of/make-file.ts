import type { GuardEventOf } from "../../protocol/index.ts";

const AT = "2026-01-31T12:00:00.000001Z";

/** An event that says whose it is and which one. */
export function makeFile(name: string, number: number): GuardEventOf<"file-written"> {
  return {
    seq: number,
    observedAt: AT,
    kind: "file-written",
    process: `${1_000 + (number % 30_000)}-${(number * 7_919).toString(36)}`,
    path: `/home/runner/work/app/app/node_modules/package-${number % 900}/${name}/${number}`,
    operation: "create",
    count: 1,
    firstSeen: AT,
    lastSeen: AT,
  };
}

/** Of one that `makeFile` made. */
export function readNumber(path: string): { readonly name: string; readonly number: number } {
  const [name = "", number = ""] = path.split("/").slice(-2);
  return { name, number: Number(number) };
}
