import type { Actor } from "./actor.ts";

/** What people call it: its program, else its pid. */
export function nameOf({ program, ref }: Actor): string {
  return program?.name ?? `process ${ref.pid}`;
}
