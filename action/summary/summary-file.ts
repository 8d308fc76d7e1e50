/**
 * The file of a step that GitHub shows as its summary. What others wrote there stays, as long as they leave room: it is this step's
 * alone, and whoever fills it is not to keep the page out.
 */
import { lstatSync } from "node:fs";

import { toErrorCode, toErrorText } from "../../agent/errors.ts";
import { replaceFile } from "../../agent/report/replace-file.ts";
import { appendText, type Unwritten } from "../runner/environment-file.ts";
import { readPlainFile } from "../runner/plain-file.ts";

export interface SummaryFile {
  /** Bytes that a page may have: what GitHub takes for one step, less what of others stays. */
  readonly room: number;
  /** In the place of a page that this step wrote before, where there is one. */
  write(page: string): Unwritten;
}

const MAX_BYTES = 1_048_576;
/** Half of it: a page in less would have to leave out what is to be read. */
const MAX_OTHERS = MAX_BYTES / 2;
/** Comments, which GitHub does not show. No page of ours has a line like these but for what a job named so, in the middle of it. */
const BEGIN = "\n<!-- Runner Guard begins -->\n";
const END = "\n<!-- Runner Guard ends -->\n";
const FRAME = Buffer.byteLength(BEGIN) + Buffer.byteLength(END);

export function openSummaryFile(path: string | undefined): SummaryFile {
  const { text, size } = readThere(path);
  const earlier = findPage(text);
  const others = size - Buffer.byteLength(earlier);
  const isFilled = others > MAX_OTHERS;
  return {
    room: MAX_BYTES - FRAME - (isFilled ? 0 : others),
    write(page) {
      if (page === "") return "there is no room for it";
      const framed = `${BEGIN}${page}${END}`;
      if (path === undefined) return appendText(path, framed);
      if (isFilled) return replaceText(path, framed);
      if (earlier !== "") return replaceText(path, replaceIn(text, earlier, framed));
      const unwritten = appendText(path, framed);
      // Filled since it was looked at: GitHub would take nothing of it.
      return toFileSize(path) > MAX_BYTES ? replaceText(path, framed) : unwritten;
    },
  };
}

/** With what it stands in; whatever is written between two of them is taken for one. */
function findPage(text: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.lastIndexOf(END);
  return from < 0 || to < from ? "" : text.slice(from, to + END.length);
}

function replaceIn(text: string, earlier: string, framed: string): string {
  return text.replace(earlier, () => framed);
}

/** Without a text where there is none, or one that has no room for a page anyway. */
function readThere(path: string | undefined): { readonly text: string; readonly size: number } {
  const size = path ? toFileSize(path) : 0;
  if (!path || size > MAX_BYTES) return { text: "", size };
  try {
    return { text: readPlainFile(path, MAX_BYTES).toString("utf8"), size };
  } catch {
    return { text: "", size };
  }
}

/** Of what is no file it is 0. */
function toFileSize(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? stats.size : 0;
}

/** By a new file: who has the one that is there open goes on writing to that. */
function replaceText(path: string, text: string): Unwritten {
  try {
    replaceFile(path, [text]);
    return undefined;
  } catch (error) {
    return toErrorCode(error) || toErrorText(error);
  }
}
