/** A CI log that is the same in every run: `make-log.ts FILE [MEGABYTES]`. */
import { closeSync, openSync, writeSync } from "node:fs";

import * as artifacts from "./log/artifacts.ts";
import * as compilers from "./log/compilers.ts";
import * as containers from "./log/containers.ts";
import * as packages from "./log/packages.ts";
import { toLineWithSecret } from "./log/planted-secrets.ts";
import type { Speaker } from "./log/speaker.ts";
import * as tests from "./log/tests.ts";
import * as versionControl from "./log/version-control.ts";
import { createRandom, DIGITS, type Random } from "./random.ts";

interface LogOptions {
  readonly bytes: number;
  /** One line in so many holds a secret; 0: none does. */
  readonly linesForOneSecret: number;
  readonly seed: number;
}

const SPEAKERS: readonly [Speaker, ...Speaker[]] = [
  packages.npmInstall,
  packages.lockFileDiff,
  packages.pnpmProgress,
  packages.pipInstall,
  packages.aptInstall,
  compilers.cargoBuild,
  compilers.verboseRustc,
  compilers.gccBuild,
  compilers.cmakeAndNinja,
  compilers.typeScriptErrors,
  compilers.bundler,
  compilers.minifiedScript,
  compilers.packed,
  versionControl.checkout,
  versionControl.history,
  versionControl.diff,
  containers.dockerBuild,
  containers.dockerPull,
  containers.kubernetes,
  containers.jsonLog,
  containers.accessLog,
  containers.curlVerbose,
  containers.terraform,
  tests.vitest,
  tests.pytest,
  tests.goTest,
  tests.nodeTrace,
  tests.javaTrace,
  tests.pythonTrace,
  tests.junitXml,
  artifacts.checksums,
  artifacts.goSum,
  artifacts.uploads,
  artifacts.certificate,
  artifacts.hexDump,
  artifacts.dependencyTree,
];
/** About what a runner writes at once. */
const PIECE_CHARACTERS = 1 << 18;
/** Every other block of so many lines is stamped, as GitHub keeps logs; a terminal shows them bare. */
const LINES_OF_ONE_KIND = 5_000;

export function makeLog(path: string, options: LogOptions): { lines: number; secrets: number } {
  const random = createRandom(options.seed);
  const file = openSync(path, "w");
  const made = { lines: 0, secrets: 0 };
  let piece = "";
  const say = (line: string): void => {
    const isStamped = Math.floor(made.lines / LINES_OF_ONE_KIND) % 2 === 0;
    piece += isStamped ? `${toStamp(made.lines, random)} ${line}\n` : `${line}\n`;
    made.lines++;
    if (options.linesForOneSecret === 0 || made.lines % options.linesForOneSecret !== 0) return;
    piece += `${toLineWithSecret(random)}\n`;
    made.lines++;
    made.secrets++;
  };
  let left = options.bytes;
  while (left > 0) {
    while (piece.length < PIECE_CHARACTERS) random.pick(SPEAKERS)(random, say);
    const bytes = Buffer.from(piece).subarray(0, left);
    writeSync(file, bytes);
    left -= bytes.length;
    piece = "";
  }
  closeSync(file);
  return made;
}

/** As in the logs that GitHub gives: `2026-01-12T09:12:07.1234567Z`. */
function toStamp(line: number, random: Random): string {
  const second = new Date(Date.UTC(2026, 0, 12, 9) + line * 7).toISOString().slice(0, 20);
  return `${second}${random.text(DIGITS, 7)}Z`;
}

if (import.meta.main) {
  const [path = "ci.log", megabytes = "100"] = process.argv.slice(2);
  const made = makeLog(path, { bytes: Number(megabytes) * 1e6, linesForOneSecret: 3_000, seed: 1 });
  console.log(`${path}: ${made.lines} lines, ${made.secrets} with a secret`);
}
