/** A pod that attacks, an allowed site, and one that nobody allows. */
import { createInternet, type Internet } from "../../../support/internet/internet.ts";
import type { PlaceOptions } from "../../../support/internet/place.ts";
import { requires } from "../../../support/requires.ts";
import { type GuardedPod, toGuardedPod } from "./guarded-pod.ts";

export const ALLOWED = {
  name: "github.test",
  ipv4: "198.51.100.10",
  ipv6: "2001:db8:1::10",
} as const;
export const UNLISTED = {
  name: "evil.test",
  ipv4: "198.51.100.66",
  ipv6: "2001:db8:1::66",
} as const;

export interface AttackScene extends AsyncDisposable {
  readonly internet: Internet;
  readonly pod: GuardedPod;
}

/** What such a scene needs of the machine. */
export function findObstacle(): string {
  return requires.internet.note || requires.bpf.note;
}

export async function createAttackScene(options: PlaceOptions = {}): Promise<AttackScene> {
  await using stack = new AsyncDisposableStack();
  const internet = stack.use(await createInternet());
  const pod = toGuardedPod(internet, await internet.pod(options));
  const ports = { 443: "https", 80: "http", 22: "ssh" } as const;
  for (const { name, ...addresses } of [ALLOWED, UNLISTED]) {
    await internet.site(name, { ...addresses, ports });
  }
  const owned = stack.move();
  return { internet, pod, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A text for `sh` that runs this program. */
export function toPython(program: string): string {
  return `/usr/bin/env python3 - <<'END_OF_PROGRAM'\n${program}\nEND_OF_PROGRAM`;
}
