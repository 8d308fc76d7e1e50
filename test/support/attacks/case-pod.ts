/** A pod of the little internet for cases to run in, under a guard that holds names and packets against policy. */
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { GUARD } from "../../e2e/guard.ts";
import { createInternet, type Internet } from "../internet/internet.ts";
import { requires } from "../requires.ts";
import type { Surroundings } from "./rule-cases.ts";

/** What such a pod needs of the machine. */
export function findPodObstacle(): string {
  return requires.internet.note;
}

/** `furnish` adds what cases find there. */
export async function openCasePod(
  furnish: (internet: Internet) => Promise<unknown> = async () => undefined,
): Promise<Surroundings> {
  await using stack = new AsyncDisposableStack();
  const internet = stack.use(await createInternet({ capture: false }));
  const [pod] = await Promise.all([internet.pod(), furnish(internet)]);
  const program = join(pod.folder, "guard-in-pod");
  const enter = pod.enter().slice(0, -1).join(" ");
  writeFileSync(program, `#!/bin/sh\nexec ${enter} "--chdir=$PWD" ${GUARD} "$@"\n`);
  chmodSync(program, 0o755);
  const owned = stack.move();
  return { start: { program }, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
