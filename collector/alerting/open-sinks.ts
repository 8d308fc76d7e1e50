/** The operator's sinks, with what they need of where they run. */
import type { NamedSink } from "./alerting-file.ts";
import { createReadSecret } from "./secret-files.ts";
import type { SinkSurroundings } from "./sink-type.ts";
import type { Sink } from "./sink.ts";

export type SinkPlace = Omit<SinkSurroundings, "name" | "readSecret">;

/** Throws `usage`: a secret cannot be read, say. */
export function openSinks(sinks: readonly NamedSink[], place: SinkPlace): readonly Sink[] {
  const readSecret = createReadSecret();
  return sinks.map(({ name, prepared, files }) => {
    const places = new Map(files.map((file) => [file.path, file.place]));
    const read = (file: string) => readSecret(file, places.get(file));
    return prepared.open({ ...place, name, readSecret: read });
  });
}
