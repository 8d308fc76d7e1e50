import { Writable } from "node:stream";

import { exportRuns, type ExportRunsOptions } from "../../../collector/maintenance/export-runs.ts";
import { importRuns } from "../../../collector/maintenance/import-runs.ts";

type Asked = Partial<ExportRunsOptions> & Pick<ExportRunsOptions, "dataDir">;

/** All that there is as NDJSON, unless something else is asked for. */
export async function exportData(options: Asked) {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  const usual = { format: "ndjson", runIds: [], since: 0, output: undefined, stream } as const;
  const exported = await exportRuns({ ...usual, ...options });
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line): object => Object(JSON.parse(line)));
  return { text, exported, lines };
}

/** In pieces that end anywhere. */
export function importData(text: string, dataDir: string) {
  const bytes = Buffer.from(text);
  return importRuns(
    dataDir,
    (async function* cut() {
      for (let start = 0; start < bytes.length; start += 65_537) {
        yield bytes.subarray(start, start + 65_537);
      }
    })(),
  );
}
