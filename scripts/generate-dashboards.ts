/** Writes deploy/grafana from scripts/dashboards. With --check it writes nothing and exits 1 when a file is out of date. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { DEBUG } from "./dashboards/debug.ts";
import { ON_CALL } from "./dashboards/on-call.ts";
import { OVERVIEW } from "./dashboards/overview.ts";
import { toGrafana } from "./dashboards/to-grafana.ts";

const FOLDER = join(import.meta.dirname, "../deploy/grafana");
const DASHBOARDS = { overview: OVERVIEW, "on-call": ON_CALL, debug: DEBUG };

const isCheck = process.argv.includes("--check");
for (const [name, dashboard] of Object.entries(DASHBOARDS)) {
  const path = join(FOLDER, `${name}.json`);
  const text = `${JSON.stringify(toGrafana(dashboard), undefined, 2)}\n`;
  if (!isCheck) writeFileSync(path, text);
  else if (read(path) !== text) {
    process.stderr.write(`${path} is out of date: npm run dashboards\n`);
    process.exitCode = 1;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
