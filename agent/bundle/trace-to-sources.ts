/**
 * Stack traces name the sources, as they do without a bundle. What that takes is read when the first one is asked for. It is
 * a file of the bundle of its own, which start.mjs loads before the others.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** `folder`: the bundle's URL, with a slash at its end. */
export function traceToSources(folder: string): void {
  const maps = new Map<string, SourceMap | undefined>();
  const findMap = (url: string): SourceMap | undefined => {
    if (!maps.has(url)) maps.set(url, readMap(url));
    return maps.get(url);
  };
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) =>
      frame.getFileName()?.startsWith(folder) === true ? toSource(frame, findMap) : toText(frame),
    );
    return [toHeadline(error), ...lines].join("\n    at ");
  };
}

function toHeadline(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "an error without a text";
  }
}

function toSource(frame: NodeJS.CallSite, findMap: (url: string) => SourceMap | undefined): string {
  const url = frame.getFileName() ?? "";
  const line = frame.getLineNumber() ?? 0;
  const column = frame.getColumnNumber() ?? 0;
  const found = findMap(url)?.findEntry(line - 1, column - 1);
  if (found === undefined || !("originalSource" in found)) return toText(frame);
  const source = new URL(found.originalSource, url).href;
  return toText(frame).replace(
    `${url}:${line}:${column}`,
    `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`,
  );
}

function toText(frame: { toString(): string }): string {
  return frame.toString();
}

/** Undefined where it is gone: the trace then names the bundle. */
function readMap(url: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, "utf8")));
  } catch {
    return undefined;
  }
}
