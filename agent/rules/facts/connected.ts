/** How far processes have connected, also by what they have closed again: what they wrote may come from there. */
import type { ConnectObservation } from "../../observation.ts";
import type { Actor } from "./actor.ts";

/** `machine`: no further than its own. */
export type Reach = "machine" | "network";

export interface Connected {
  note(seen: ConnectObservation, actor: Actor): void;
  /** Of it, and of those whose program it runs on without having executed one. Undefined: nowhere. */
  reachOf(actor: Actor): Reach | undefined;
}

/** It lasts as long as whoever connected is remembered. */
export function createConnected(): Connected {
  const reaches = new WeakMap<Actor, Reach>();
  return {
    note({ address: { transport, ip } }, actor) {
      if ((transport !== "tcp" && transport !== "udp") || ip === undefined) return;
      if (reaches.get(actor) === "network") return;
      reaches.set(actor, isLoopback(ip) ? "machine" : "network");
    },
    reachOf(actor) {
      let at: Actor | undefined = actor;
      while (at !== undefined) {
        const reach = reaches.get(at);
        if (reach !== undefined) return reach;
        at = at.hasExecuted ? undefined : at.parent;
      }
      return undefined;
    },
  };
}

function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1" || ip.startsWith("::ffff:127.");
}
