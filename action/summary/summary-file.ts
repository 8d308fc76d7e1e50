/** The file of a step that GitHub shows as its summary. What others wrote there stays. */
import { readFileSync, statSync, writeFileSync } from "node:fs";

import { toErrorCode } from "../../agent/errors.ts";
import { appendText, type Unwritten } from "../runner/environment-file.ts";

export interface SummaryFile {
  /** Bytes that a page may have: what GitHub takes for one step, less what is there. */
  readonly room: number;
  /** In the place of a page that this step wrote before, where there is one. */
  write(page: string): Unwritten;
}

const MAX_BYTES = 1_048_576;
/** Comments, which GitHub does not show. No page of ours has a line like these but for what a job named so, in the middle of it. */
const BEGIN = "\n<!-- Runner Guard begins -->\n";
const END = "\n<!-- Runner Guard ends -->\n";

export function openSummaryFile(path: string | undefined): SummaryFile {
  const { text, size } = readThere(path);
  const earlier = findPage(text);
  const frame = Buffer.byteLength(BEGIN) + Buffer.byteLength(END);
  return {
    room: MAX_BYTES - size - frame + Buffer.byteLength(earlier),
    write(page) {
      if (page === "") return undefined;
      const framed = `${BEGIN}${page}${END}`;
      if (path === undefined || earlier === "") return appendText(path, framed);
      return replaceText(
        path,
        text.replace(earlier, () => framed),
      );
    },
  };
}

/** With what it stands in; whatever is written between two of them is taken for one. */
function findPage(text: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.lastIndexOf(END);
  return from < 0 || to < from ? "" : text.slice(from, to + END.length);
}

/** Empty where there is none, or one that has no room for a page anyway. */
function readThere(path: string | undefined): { readonly text: string; readonly size: number } {
  const stats = path ? statSync(path, { throwIfNoEntry: false }) : undefined;
  const size = stats?.size ?? 0;
  if (!path || !stats?.isFile() || size > MAX_BYTES) return { text: "", size };
  try {
    return { text: readFileSync(path, "utf8"), size };
  } catch {
    return { text: "", size };
  }
}

function replaceText(path: string, text: string): Unwritten {
  try {
    writeFileSync(path, text);
    return undefined;
  } catch (error) {
    return toErrorCode(error) || String(error);
  }
}
