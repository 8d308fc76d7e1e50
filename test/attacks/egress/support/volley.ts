/** Many attacks in one guarded run, at once: starting a guard for each would take most of the time. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Report } from "../../../../protocol/report.ts";
import type { GuardedPod, GuardedRun, GuardedRunOptions } from "./guarded-pod.ts";

export interface Shot {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** What the report says of the processes of this attack. */
  readonly connections: Report["connections"];
  readonly dnsQueries: Report["dnsQueries"];
  /** Those of the connections that were refused, in their order. */
  readonly blocked: readonly BlockedDestination[];
}

export interface BlockedDestination {
  /** `tcp 203.0.113.66 443` */
  readonly text: string;
  readonly rule: string;
  readonly packetsRefused?: number | undefined;
}

export interface Volley {
  readonly run: GuardedRun;
  shot(name: string): Shot;
}

/** Each attack is a text for `sh`. */
export async function fireAll(
  pod: GuardedPod,
  attacks: Readonly<Record<string, string>>,
  options: GuardedRunOptions,
): Promise<Volley> {
  // Of its own, for others may be looked at when this one has ended.
  const folder = mkdtempSync(join(pod.folder, "volley-"));
  const names = Object.keys(attacks);
  const scripts = new Map(names.map((name, index) => [name, join(folder, `attack-${index}`)]));
  for (const [name, text] of Object.entries(attacks)) {
    writeFileSync(scripts.get(name) ?? "", `${text}\n`);
  }
  const lines = [...scripts.values()].map(
    (script) => `(sh ${script} >${script}.out 2>${script}.err; echo $? >${script}.status) &`,
  );
  const run = await pod.guarded(`${lines.join("\n")}\nwait`, options);
  return { run, shot: (name) => readShot(run.report, scripts.get(name) ?? "") };
}

function readShot(report: Report, script: string): Shot {
  const ids = findFamily(report, script);
  const isOfShot = ({ processId }: { readonly processId: string | null }): boolean =>
    processId !== null && ids.has(processId);
  const connections = report.connections.filter(isOfShot);
  return {
    status: Number(readFileSync(`${script}.status`, "utf8")),
    stdout: readFileSync(`${script}.out`, "utf8"),
    stderr: readFileSync(`${script}.err`, "utf8"),
    connections,
    blocked: connections.filter(({ verdict }) => verdict === "blocked").map(toBlocked),
    dnsQueries: report.dnsQueries.filter(isOfShot),
  };
}

function toBlocked(connection: Report["connections"][number]): BlockedDestination {
  const { network, destination, rule, packetsRefused } = connection;
  const text = `${network.transport} ${destination.ip} ${destination.port}`;
  return { text, rule, packetsRefused };
}

/** The shell that ran the script, and all that it started. */
function findFamily({ processes }: Report, script: string): ReadonlySet<string> {
  const ids = new Set(processes.filter(({ args }) => args[1] === script).map(({ id }) => id));
  // A process is listed behind its parent.
  for (const { id, parentId } of processes) {
    if (parentId !== null && ids.has(parentId)) ids.add(id);
  }
  return ids;
}
