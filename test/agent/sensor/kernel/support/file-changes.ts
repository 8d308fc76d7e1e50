import type { FileOperation } from "../../../../../protocol/index.ts";
import { type ObservedCommand, ofKind } from "./observe-command.ts";

export interface FileChange {
  readonly path: string;
  readonly operation: FileOperation;
  readonly originalPath?: string;
  readonly mode?: number;
}

/** What a command did to files under a directory, without who and when. */
export function changesUnder(directory: string, observed: ObservedCommand): FileChange[] {
  return ofKind(observed, "file")
    .filter(({ path }) => path.startsWith(directory))
    .map(({ at: _at, process: _process, kind: _kind, ...change }) => change);
}
