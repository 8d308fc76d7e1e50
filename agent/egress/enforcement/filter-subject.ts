/** Whose packets the table judges, and how it tells the guard's own. */
import { closeSync, openSync, readSync } from "node:fs";

import type { CommandCgroup } from "../command-cgroup.ts";
import type { BegunFlow, Subject } from "../nftables/ruleset-plan.ts";
import { readBegunFlows } from "./begun-flows.ts";
import { readOuterDevices } from "./outer-devices.ts";

export interface FilterSubject {
  readonly subject: Subject;
  /** Of the guard's own sockets; null where they are told by their cgroup. */
  readonly mark: number | null;
  readonly begunBefore: readonly BegunFlow[];
  readonly devices: readonly string[];
}

export function toSubject(
  scope: "command" | "pod" | "host",
  cgroup: CommandCgroup | null,
): FilterSubject {
  if (scope === "command" && cgroup !== null) {
    return {
      subject: { type: "cgroup", ...cgroup.nft },
      mark: null,
      begunBefore: [],
      devices: [],
    };
  }
  const ownMark = createMark();
  return {
    subject: { type: "namespace", ownMark, ownUserId: process.getuid?.() ?? 0 },
    mark: ownMark,
    begunBefore: readBegunFlows(),
    devices: readOuterDevices(),
  };
}

/** Whoever guessed it could pass for the guard, so it comes from random(4). Zero is no mark. */
function createMark(): number {
  const bytes = Buffer.alloc(4);
  const source = openSync("/dev/urandom", "r");
  readSync(source, bytes);
  closeSync(source);
  return bytes.readUInt32LE() || 1;
}
