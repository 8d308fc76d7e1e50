import type { GuardEventOf } from "../../../protocol/events.ts";
import { type Folding, mergeRepeats, toKey } from "./folded-list.ts";
import type { ReportedMemoryAccess, ReportedPrivilegedOperation } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

export const memoryAccessFolding: Folding<GuardEventOf<"memory-access">, ReportedMemoryAccess> = {
  toKey: ({ process, method, target, succeeded }) =>
    toKey(process, method, target.pid, target.process, succeeded),
  toEntry: (event) => ({ ...withoutEnvelope(event), processId: event.process }),
  merge: mergeRepeats,
  copy: (entry) => ({ ...entry }),
};

export function createPrivilegedFolding(
  text: TextAllowance,
): Folding<GuardEventOf<"privileged-operation">, ReportedPrivilegedOperation> {
  return {
    toKey: ({ process, operation, detail, succeeded }) =>
      toKey(process, operation, detail, succeeded),
    toEntry: (event) => ({
      ...withoutEnvelope(event),
      processId: event.process,
      detail: text.keep(event.detail),
    }),
    merge: mergeRepeats,
    copy: (entry) => ({ ...entry }),
  };
}
