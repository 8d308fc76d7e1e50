/**
 * Tells of secrets that were found and masked: each one with how often, and one that was printed as a finding of its own,
 * since whoever can read the log has it.
 */
import type { CiStep, GuardEventOf } from "../../protocol/index.ts";
import type { Microseconds } from "../observation.ts";
import type { EventStream } from "./event-stream.ts";
import type { Flag, FlaggedThing } from "./flagging.ts";
import { formatTimestamp } from "./timestamp.ts";

/** What is known of a secret without it. */
export interface FoundSecret {
  readonly rule: string;
  readonly fingerprint: string;
  readonly encodings: readonly string[];
  readonly confidence: "certain" | "likely";
  readonly source?: string;
  /** From 1. */
  readonly line: number;
}

export interface SecretPlace {
  /** `printed`: in the job's output or log, where others read it. */
  readonly kind: "printed" | "told";
  /** In words: `output of the job`, `arguments of curl`. The same for what is the same place. */
  readonly where: string;
  readonly step?: CiStep | undefined;
}

export interface SecretFindings {
  add(found: FoundSecret, place: SecretPlace, at: Microseconds): void;
  flush(): void;
}

export interface SecretBounds {
  /** Different secrets and places that wait to be told; beyond that what waits is told at once. */
  readonly maxPending: number;
}

type Body = Omit<GuardEventOf<"secret-found">, "seq" | "observedAt">;

interface Pending {
  readonly body: Omit<Body, "count" | "firstSeen" | "lastSeen">;
  readonly firstSeen: Microseconds;
  lastSeen: Microseconds;
  count: number;
  readonly isPrinted: boolean;
}

export function createSecretFindings(
  { stream, flag }: { readonly stream: EventStream; readonly flag: Flag },
  { maxPending }: SecretBounds,
): SecretFindings {
  const pending = new Map<string, Pending>();
  const flush = (): void => {
    const waiting = [...pending.values()];
    // First: what is written may hold secrets, too.
    pending.clear();
    for (const { body, count, firstSeen, lastSeen, isPrinted } of waiting) {
      const times = {
        firstSeen: formatTimestamp(firstSeen),
        lastSeen: formatTimestamp(lastSeen),
      };
      stream.write({ ...body, count, ...times }, lastSeen);
      if (isPrinted && count > 1) flag(toFlagged(body, lastSeen, count - 1));
    }
  };
  return {
    flush,
    add(found, place, at) {
      const { where, step } = place;
      const key = [found.rule, found.fingerprint, where, step?.job, step?.step].join("\0");
      const known = pending.get(key);
      if (known) {
        known.count += 1;
        known.lastSeen = Math.max(known.lastSeen, at);
        return;
      }
      if (pending.size >= maxPending) flush();
      const body = toBody(found, place);
      const isPrinted = place.kind === "printed";
      pending.set(key, { body, firstSeen: at, lastSeen: at, count: 1, isPrinted });
      // At once: whoever can read the log has it.
      if (isPrinted) flag(toFlagged(body, at, 1));
    },
  };
}

function toBody(
  { rule, fingerprint, encodings, confidence, source, line }: FoundSecret,
  { kind, where, step }: SecretPlace,
): Pending["body"] {
  return {
    kind: "secret-found",
    rule,
    fingerprint,
    where,
    encodings: [...encodings],
    confidence,
    ...(kind === "printed" && { line }),
    ...(source !== undefined && { source }),
    ...(step && { step }),
  };
}

function toFlagged(
  { rule, fingerprint, where, encodings, source, line, step }: Pending["body"],
  at: Microseconds,
  times: number,
): FlaggedThing {
  const what = source === undefined ? `a ${rule}` : `the value of ${source}`;
  const written = encodings.length === 0 ? "" : `, written as ${encodings.join(" in ")}`;
  return {
    rule: "secret-in-log",
    at,
    process: null,
    message: `${where}, line ${line}: ${what} was printed${written} (fingerprint ${fingerprint}): revoke it, and keep it out of the log`,
    subject: [rule, fingerprint, where, step?.job, step?.step].join("\0"),
    evidence: {
      secretRule: rule,
      fingerprint,
      where,
      line,
      encodings,
      ...(source !== undefined && { source }),
      ...(step && { step: step.step }),
    },
    times,
  };
}
