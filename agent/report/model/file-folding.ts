import type { GuardEventOf } from "../../../protocol/events.ts";
import { type Folding, mergeRepeats, toKey } from "./folded-list.ts";
import type { ReportedFile, ReportedFileRead } from "./reported-lists.ts";
import type { TextAllowance } from "./text-allowance.ts";
import { withoutEnvelope } from "./without-envelope.ts";

/** The permission bits are those that the last chmod set. */
export function createFileFolding(
  text: TextAllowance,
): Folding<GuardEventOf<"file-written">, ReportedFile> {
  return {
    toKey: ({ process, path, operation, originalPath }) =>
      toKey(process, operation, path, originalPath),
    toEntry: (event) => ({
      ...withoutEnvelope(event),
      processId: event.process,
      path: text.keep(event.path),
      ...(event.originalPath !== undefined && { originalPath: text.keep(event.originalPath) }),
    }),
    merge(entry, event) {
      mergeRepeats(entry, event);
      if (event.mode !== undefined) entry.mode = event.mode;
    },
    copy: (entry) => ({ ...entry }),
  };
}

export function createFileReadFolding(
  text: TextAllowance,
): Folding<GuardEventOf<"file-read">, ReportedFileRead> {
  return {
    toKey: ({ process, path }) => toKey(process, path),
    toEntry: (event) => ({
      ...withoutEnvelope(event),
      processId: event.process,
      path: text.keep(event.path),
    }),
    merge: mergeRepeats,
    copy: (entry) => ({ ...entry }),
  };
}
