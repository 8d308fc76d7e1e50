import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { isLeftOver } from "./namespace-name.ts";
import { listNetworkNamespaces, removeNetworkNamespaces } from "./network-namespace.ts";

let swept: Promise<void> | undefined;

/** Takes away, once a process, what test processes have left that were killed. */
export async function sweepLeftOvers(): Promise<void> {
  swept ??= sweep();
  await swept;
}

async function sweep(): Promise<void> {
  const names = listNetworkNamespaces().filter(isLeftOver);
  if (names.length > 0) await removeNetworkNamespaces(names);
  for (const folder of readdirSync(tmpdir()).filter(isLeftOver)) {
    rmSync(join(tmpdir(), folder), { recursive: true, force: true });
  }
}
