/** Runs `runner-guard run` with a policy in a pod of the little internet, and gathers what every side saw of it. */
import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { type Report, reportSchema } from "../../../../protocol/report.ts";
import { RESOLVER } from "../../../support/internet/addresses.ts";
import type { Internet, Machine } from "../../../support/internet/internet.ts";
import type { RunOptions } from "../../../support/internet/place.ts";
import type { Ended } from "../../../support/internet/run-to-end.ts";
import type { DnsQuestion, Visit } from "../../../support/internet/world/messages.ts";
import type { CapturedPacket } from "../../../support/internet/world/packet.ts";

const GUARD = resolve(import.meta.dirname, "../../../../bin/runner-guard");

export interface GuardedRun extends Ended {
  readonly report: Report;
  /** All that left the pod. */
  readonly packets: readonly CapturedPacket[];
  /** What left the pod for anybody but the configured resolver. */
  readonly escaped: readonly CapturedPacket[];
  /** What reached the configured resolver, and what reached the attacker's. */
  readonly questions: readonly DnsQuestion[];
  readonly leakedQuestions: readonly DnsQuestion[];
  readonly visits: readonly Visit[];
}

export interface GuardedRunOptions extends RunOptions {
  /** The policy's text. */
  readonly policy: string;
  /** Further options of `run`. */
  readonly flags?: readonly string[];
}

export type GuardedPod = Machine & {
  /** argv, or a text for `sh -c`. Forgets what the internet saw before. */
  guarded(command: string | readonly string[], options: GuardedRunOptions): Promise<GuardedRun>;
};

/** Runs in one internet must not overlap: what is seen belongs to the one that runs. */
export function toGuardedPod(internet: Internet, pod: Machine): GuardedPod {
  return {
    ...pod,
    async guarded(command, { policy, flags = [], ...options }) {
      const file = (ending: string): string => join(pod.folder, `${randomUUID()}.${ending}`);
      const policyFile = file("yml");
      const reportFile = file("json");
      writeFileSync(policyFile, policy);
      await internet.forget();
      const ended = await pod.run(
        [
          GUARD,
          "run",
          "--policy",
          policyFile,
          "--report",
          reportFile,
          ...flags,
          "--",
          ...(typeof command === "string" ? ["sh", "-c", command] : command),
        ],
        options,
      );
      return { ...ended, report: readReport(reportFile, ended), ...(await look(internet, pod)) };
    },
  };
}

/** `allow` and `deny` in the spelling of a policy; block mode where nothing is said. */
export function toPolicy(egress: {
  readonly mode?: "block" | "audit";
  readonly dns?: "any" | "allowed-names";
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly "network-admin"?: "keep";
}): string {
  return JSON.stringify({ version: 1, egress: { mode: "block", allow: [], ...egress } });
}

async function look(
  internet: Internet,
  pod: Machine,
): Promise<Pick<GuardedRun, "packets" | "escaped" | "questions" | "leakedQuestions" | "visits">> {
  const packets = await internet.capture.packets({ from: pod });
  return {
    packets,
    escaped: packets.filter((packet) => !isForResolver(packet)),
    questions: await internet.dns.questions(),
    leakedQuestions: await internet.dns.questions({ server: "attacker" }),
    visits: await internet.visits(),
  };
}

/** The guard itself asks it. */
function isForResolver({ destination }: CapturedPacket): boolean {
  return (
    destination.port === 53 &&
    (destination.ip === RESOLVER.ipv4 || destination.ip === RESOLVER.ipv6)
  );
}

export function readReport(path: string, { status, stderr }: Ended): Report {
  try {
    return reportSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new Error(`no report of a run that ended with ${status}: ${stderr}`, { cause });
  }
}
