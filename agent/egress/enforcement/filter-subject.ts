/** Whose packets the table judges, and how it tells the guard's own. */
import { closeSync, openSync, readSync } from "node:fs";

import type { GuardScope } from "../../../protocol/index.ts";
import type { CommandCgroup } from "../command-cgroup.ts";
import type { BegunFlow, Subject } from "../nftables/ruleset-plan.ts";
import { readBegunFlows } from "./begun-flows.ts";
import { readOuterDevices } from "./outer-devices.ts";

/** Zones have 16 bits. */
const ZONE_PAIRS = 0x7fff;

export interface FilterSubject {
  readonly subject: Subject;
  /** Of the guard's own sockets; null where they are told by their cgroup. */
  readonly mark: number | null;
  readonly begunBefore: readonly BegunFlow[];
  readonly devices: readonly string[];
  /** Of conntrack; this one in audit mode, and the next one in block mode. */
  readonly questionZone: number;
}

export interface SubjectOptions {
  readonly scope: GuardScope;
  /** Of a resolver in the namespace that is to be asked. */
  readonly loopbackOwner: { readonly userId: number } | undefined;
}

export function toSubject(
  { scope, loopbackOwner }: SubjectOptions,
  cgroup: CommandCgroup | null,
): FilterSubject {
  if (scope === "command" && cgroup !== null) {
    return {
      subject: { type: "cgroup", ...cgroup.nft },
      mark: null,
      begunBefore: [],
      devices: [],
      questionZone: createZone(),
    };
  }
  const ownMark = createMark();
  return {
    subject: {
      type: "namespace",
      ownMark,
      ownUserId: process.getuid?.() ?? 0,
      frameMark: createMark(),
      ...(loopbackOwner && { resolverUserId: loopbackOwner.userId }),
    },
    mark: ownMark,
    begunBefore: readBegunFlows(),
    devices: readOuterDevices(),
    questionZone: createZone(),
  };
}

/** What the subject leaves open, for whoever runs the guard. */
export function describeExemption({ subject }: Pick<FilterSubject, "subject">): readonly string[] {
  if (subject.type === "cgroup" || subject.resolverUserId === undefined) return [];
  return [
    `the resolver in this network namespace asks others past the guard, and so may all that runs as its user ${subject.resolverUserId}, on port 53`,
  ];
}

/** Of a guard before there may be flows in any; zone 0 is everybody's. */
function createZone(): number {
  return ((createMark() % ZONE_PAIRS) + 1) * 2;
}

/** Whoever guessed it could pass for the guard, so it comes from random(4). Zero is no mark. */
function createMark(): number {
  const bytes = Buffer.alloc(4);
  const source = openSync("/dev/urandom", "r");
  readSync(source, bytes);
  closeSync(source);
  return bytes.readUInt32LE() || 1;
}
