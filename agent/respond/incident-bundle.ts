/** Gathers what is needed to understand an incident, and writes it where the job cannot lead it astray. */
import { createHash } from "node:crypto";
import { closeSync, constants, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";

import { toErrorCode } from "../errors.ts";
import type { ProcessRef } from "../observation.ts";
import {
  type DescribedProcess,
  type OpenImage,
  type ProcessEvidence,
  takeProcessEvidence,
} from "./process-evidence.ts";
import type { RunningProcess } from "./process-table.ts";
import type { Incident } from "./responder.ts";
import { readSocketTable } from "./socket-table.ts";

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;
/** The lineage of who did it comes first; what else the job ran matters less. */
const MAX_PROCESSES = 64;
/** Of the time that the job stands still, since nothing else runs meanwhile. */
const MAX_LOOK_MS = 30;
const MAX_HASHED_BYTES = 512 * 2 ** 20;
const CHUNK_BYTES = 2 ** 20;
const MAX_INCIDENTS = 10;

export interface IncidentBundles {
  /** What has to be looked at before the job ends; resolves as soon as that is done. */
  take(incident: Incident): Promise<void>;
  /** Writes what was taken, and returns where; undefined where there was nothing, or no place to be had. */
  write(): Promise<readonly string[]>;
}

export interface IncidentBundlesOptions {
  /** Is made; where it is there already another one beside it. */
  readonly directory: string;
  readonly runId: string;
  readonly openImage: OpenImage;
  /** Redacted already. */
  readonly recentEvents: () => readonly unknown[];
  /** Takes secrets out of a text. */
  readonly redactText: (text: string) => string;
}

interface Taken {
  readonly incident: Incident;
  readonly at: Date;
  readonly processes: readonly ProcessEvidence[];
}

export function createIncidentBundles(options: IncidentBundlesOptions): IncidentBundles {
  const taken: Taken[] = [];
  return {
    take(incident) {
      if (taken.length < MAX_INCIDENTS) {
        taken.push({ incident, at: new Date(), processes: look(incident, options.openImage) });
      }
      return Promise.resolve();
    },
    async write() {
      const written: string[] = [];
      for (const one of taken.splice(0)) {
        const path = writeNew(options.directory, await toBundle(one, options));
        if (path !== undefined) written.push(path);
      }
      return written;
    },
  };
}

function look({ culprit, processes }: Incident, openImage: OpenImage): ProcessEvidence[] {
  const deadline = performance.now() + MAX_LOOK_MS;
  const parents = new Map(processes.map((process) => [process.pid, process]));
  const ordered = [...new Set([...toLineage(culprit, parents), ...processes])];
  const sockets = readSocketTable(culprit?.pid ?? ordered[0]?.pid ?? 0);
  const found: ProcessEvidence[] = [];
  for (const process of ordered.slice(0, MAX_PROCESSES)) {
    if (performance.now() > deadline) break;
    const evidence = takeProcessEvidence(process, sockets, openImage);
    if (evidence) found.push(evidence);
  }
  return found;
}

function toLineage(
  culprit: ProcessRef | undefined,
  members: ReadonlyMap<number, RunningProcess>,
): RunningProcess[] {
  const lineage: RunningProcess[] = [];
  let next = culprit && members.get(culprit.pid);
  while (next && !lineage.includes(next)) {
    lineage.push(next);
    next = members.get(next.parentPid);
  }
  return lineage;
}

async function toBundle(
  { incident, at, processes }: Taken,
  { runId, recentEvents, redactText }: IncidentBundlesOptions,
): Promise<string> {
  const described: (DescribedProcess & { sha256: string | null })[] = [];
  let budget = MAX_HASHED_BYTES;
  for (const { process, image } of processes) {
    const { digest = null, bytes } = image === undefined ? UNREAD : await hash(image, budget);
    if (image !== undefined) closeSync(image);
    budget -= bytes;
    described.push({ ...process, sha256: digest });
  }
  const { rule, response, culprit } = incident;
  const bundle = {
    runId,
    at: at.toISOString(),
    rule,
    response,
    culprit: culprit ?? null,
    /** The culprit and those it comes from first. */
    processes: described,
    processesInJob: incident.processes.length,
  };
  const text = JSON.stringify(bundle, (_, value: unknown) =>
    typeof value === "string" ? redactText(value) : value,
  );
  return `${text.slice(0, -1)},"events":${JSON.stringify(recentEvents())}}\n`;
}

const UNREAD = { digest: undefined, bytes: 0 };

/** The same program is often run many times: its bytes are in memory by then. */
async function hash(
  descriptor: number,
  maxBytes: number,
): Promise<{ digest: string | undefined; bytes: number }> {
  const sum = createHash("sha256");
  const chunk = Buffer.alloc(CHUNK_BYTES);
  let bytes = 0;
  for (;;) {
    if (bytes > maxBytes) return { digest: undefined, bytes };
    const read = readSync(descriptor, chunk, 0, chunk.length, bytes);
    if (read === 0) return { digest: sum.digest("hex"), bytes };
    sum.update(chunk.subarray(0, read));
    bytes += read;
    await nextTurn();
  }
}

/** By the directory that was made, whatever its name means by then, and never through what somebody put there. */
function writeNew(directory: string, text: string): string | undefined {
  for (let index = 1; index <= MAX_INCIDENTS; index += 1) {
    const path = index === 1 ? directory : `${directory}-${index}`;
    try {
      mkdirSync(path, { mode: 0o700 });
    } catch (error) {
      if (toErrorCode(error) === "EEXIST") continue;
      return undefined;
    }
    const held = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
    const file = openSync(`/proc/self/fd/${held}/incident.json`, flags, 0o600);
    closeSync(held);
    writeFileSync(file, text);
    closeSync(file);
    return `${path}/incident.json`;
  }
  return undefined;
}
