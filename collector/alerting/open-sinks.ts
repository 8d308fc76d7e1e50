/** The operator's sinks, with what they need of where they run. */
import { CollectorError } from "../errors.ts";
import type { NamedSink, SinkFile } from "./alerting-file.ts";
import { createReadSecret } from "./secret-files.ts";
import type { SinkSurroundings } from "./sink-type.ts";
import type { Sink } from "./sink.ts";

export type SinkPlace = Omit<SinkSurroundings, "name" | "readSecret">;

type ReadSecret = ReturnType<typeof createReadSecret>;

const OPTION = "--alerting: ";

/** Throws `usage`, with all that is wrong with the files they name: a secret cannot be read, say. */
export function openSinks(sinks: readonly NamedSink[], place: SinkPlace): readonly Sink[] {
  const readSecret = createReadSecret();
  const opened = sinks.map((sink) => tryOpen(sink, place, readSecret));
  const faults = opened.flatMap((one) => ("faults" in one ? one.faults : []));
  const [only, ...others] = faults;
  if (only !== undefined) throw toUsage(others.length === 0 ? only : toLines(faults));
  return opened.flatMap((one) => ("sink" in one ? [one.sink] : []));
}

function tryOpen(
  { name, prepared, files }: NamedSink,
  place: SinkPlace,
  readSecret: ReadSecret,
): { readonly sink: Sink } | { readonly faults: readonly string[] } {
  const places = new Map(files.map((file) => [file.path, file.place]));
  const read = (file: string) => readSecret(file, places.get(file));
  const unread = files.flatMap(({ path }) => findFaults(() => void read(path), files));
  if (unread.length > 0) return { faults: unread };
  let sink: Sink | undefined;
  const faults = findFaults(() => {
    sink = prepared.open({ ...place, name, readSecret: read });
  }, files);
  return sink === undefined ? { faults } : { sink };
}

/** Throws what is no `usage`. */
function findFaults(work: () => void, files: readonly SinkFile[]): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== "usage") throw error;
    return [toPlaced(error.message.replace(OPTION, ""), files)];
  }
}

/** What a file holds is judged by who knows nothing of the member that names it. */
function toPlaced(fault: string, files: readonly SinkFile[]): string {
  const file = files.find(({ path }) => fault.startsWith(`${path}: `));
  return file === undefined ? fault : `${file.place}: ${fault}`;
}

function toLines(faults: readonly string[]): string {
  return `${faults.length} faults${faults.map((fault) => `\n  ${fault}`).join("")}`;
}

function toUsage(why: string): CollectorError {
  return new CollectorError("usage", `${OPTION}${why}`);
}
