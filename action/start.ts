/** What `pre` runs as root: takes a request from standard input, starts the guard, and says on standard output what came of it. */
import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { toErrorText } from "../agent/errors.ts";
import { installRelease } from "./guard/install-release.ts";
import { launch } from "./guard/launch.ts";
import { ROOT_PLACES } from "./guard/places.ts";
import { findRelease, type Release } from "./guard/release.ts";
import { parseStartRequest, type Started, type StartRequest } from "./guard/start-request.ts";

const STDIN = 0;
const STDOUT = 1;

process.umask(0o022);
const started = await startFrom(parseStartRequest(readFileSync(STDIN, "utf8")));
writeSync(STDOUT, `${JSON.stringify(started)}\n`);

async function startFrom(request: StartRequest | undefined): Promise<Started> {
  if (request === undefined)
    return { status: "failed", reason: "it was asked for nothing", log: [] };
  const release = findRelease(import.meta.dirname);
  const problems: string[] = [];
  for (const parent of ROOT_PLACES.programs) {
    try {
      const program = await installRelease(release, process.execPath, parent);
      const node = toNode(release, program);
      return await launch({ program, node, places: ROOT_PLACES, request });
    } catch (error) {
      problems.push(`${parent}: ${toErrorText(error)}`);
    }
  }
  return { status: "failed", reason: problems.join("; "), log: [] };
}

function toNode({ manifest }: Release, program: string): string {
  return manifest === undefined ? process.execPath : join(program, ".node24/node");
}
