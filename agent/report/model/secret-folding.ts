import type { GuardEventOf } from "../../../protocol/events.ts";
import { type Folding, mergeRepeats, toKey } from "./folded-list.ts";
import type { ReportedSecret } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";

/** The same secret in the same kind of place is one entry for each step; the line is that of the first. */
export function createSecretFolding(
  text: TextAllowance,
): Folding<GuardEventOf<"secret-found">, ReportedSecret> {
  return {
    toKey: ({ rule, fingerprint, where, step }) =>
      toKey(rule, fingerprint, where, step?.job, step?.step),
    toEntry({ seq: _seq, observedAt: _observedAt, kind: _kind, ...event }) {
      const { rule, fingerprint, where, encodings, source } = event;
      return {
        ...event,
        rule: text.keep(rule),
        fingerprint: text.keep(fingerprint),
        where: text.keep(where),
        encodings: text.keepAll(encodings),
        ...(source !== undefined && { source: text.keep(source) }),
      };
    },
    merge: mergeRepeats,
    // Secrets that were printed: a flood of those in arguments must not hide them.
    isPreferred: ({ line }) => line !== undefined,
    copy: (entry) => ({ ...entry }),
  };
}
