/**
 * Plays what lies in `test/attacks/<rule>/` under the real guard and looks at what it found. Adding a case is adding a file:
 *
 *     attacks/NAME.sh|py|mjs|c   does the thing, harmlessly: flagged by the rule, in its own step, and by the program that a
 *                                line `# flagged: PROGRAM` names (`// flagged: PROGRAM` in mjs and c)
 *     honest/NAME.sh|py|mjs|c    looks like it: no finding above low, of any rule
 *
 * Each runs in a folder of its own, which is its HOME too, as a CI step of its name, one after the other, under one guard.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";

import { describe, expect, type RunnerTestCase, test } from "vitest";

import type { Report } from "../../../protocol/report.ts";
import { type StartOptions, Workplace } from "../../e2e/guard.ts";
import { compileC } from "../compile-c.ts";
import { requires } from "../requires.ts";
import { openSetting } from "./setting.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const PLAYER = join(import.meta.dirname, "play-cases.mjs");
/** All cases of a rule together: each takes some 50 ms, and the guard starts in half a second. */
const TIMEOUT_MS = 120_000;
const LOUD = new Set(["medium", "high", "critical"]);

export interface RuleCasesOptions {
  /** Besides `--report`; without this, nothing is enforced. */
  readonly guardOptions?: readonly string[];
  /** A policy file's text. */
  readonly policy?: string;
  readonly start?: StartOptions;
  /** The attacks come away with nothing: the guard ends them in time. */
  readonly takeNothing?: boolean;
  /** Variables for the cases. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where the guard runs, if that has to be made first. */
  readonly open?: () => Promise<Surroundings>;
  /** Why that cannot be made here. */
  readonly obstacle?: string;
}

export interface Surroundings extends AsyncDisposable {
  readonly start: StartOptions;
}

interface Case {
  readonly name: string;
  readonly kind: "attack" | "honest";
  readonly file: string;
  readonly flagged: string | undefined;
}

/** What a case left behind: the folder it ran in, and how it ended. */
export interface Played {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Bytes of what it was after. */
  readonly stolen: number;
}

type ReportedFinding = Report["findings"][number];

export function describeRule(rule: string, options: RuleCasesOptions = {}): void {
  const cases = findCases(rule);
  const obstacle = requires.bpf.note || (options.obstacle ?? "");
  describe.skipIf(obstacle !== "")(`${rule}${obstacle}`, () => {
    const played = playOnce(cases, options);
    const findingsOf = async (name: string, { result }: Readonly<RunnerTestCase>) => {
      const { report, ends } = await played(result?.retryCount ?? 0);
      const findings = report.findings.filter(({ evidence }) => evidence["step"] === name);
      return { findings, end: ends[name] };
    };
    test("has four attacks or more, and honest programs beside them", () => {
      expect(cases.filter(({ kind }) => kind === "attack").length).toBeGreaterThanOrEqual(4);
      expect(cases.filter(({ kind }) => kind === "honest").length).toBeGreaterThanOrEqual(2);
    });
    const attacks = cases.filter(({ kind }) => kind === "attack");
    test.for(attacks)(
      "$name is flagged",
      { timeout: TIMEOUT_MS },
      async ({ name, flagged }, { task }) => {
        const { findings, end } = await findingsOf(name, task);
        const programs = findings.filter((finding) => finding.rule.id === rule).map(toProgram);

        // The rest is what whoever reads the failure wants to know.
        expect({ programs, end, findings: findings.map(toLine) }).toMatchObject({
          programs: expect.arrayContaining([flagged]),
        });
      },
    );
    test.for(options.takeNothing ? attacks : [])(
      "$name comes away with nothing",
      { timeout: TIMEOUT_MS },
      async ({ name }, { task }) => {
        const { end } = await findingsOf(name, task);

        expect(end?.stolen).toBe(0);
      },
    );
    const honest = cases.filter(({ kind }) => kind === "honest");
    test.for(honest)("$name stays quiet", { timeout: TIMEOUT_MS }, async ({ name }, { task }) => {
      const { findings, end } = await findingsOf(name, task);

      expect(findings.filter(({ severity }) => LOUD.has(severity)).map(toLine)).toEqual([]);
      // An honest program that did nothing would be quiet too.
      expect(end).toMatchObject({ status: 0, signal: null });
    });
  });
}

/** Runs these cases under one guard. The report, and how each case ended. */
async function playCases(
  cases: readonly Case[],
  {
    guardOptions = ["--enforcement", "none"],
    policy,
    start = {},
    env = {},
    open,
  }: RuleCasesOptions,
): Promise<{ report: Report; ends: Readonly<Record<string, Played>> }> {
  using place = new Workplace();
  await using setting = await openSetting();
  await using surroundings = await open?.();
  const list = place.path("cases.json");
  const ends = place.path("ends.json");
  mkdirSync(place.path("cases"));
  writeFileSync(
    list,
    JSON.stringify(cases.map((one) => ({ name: one.name, command: toCommand(one.file) }))),
  );
  if (policy !== undefined) place.write("policy.yml", policy);
  const { report, ended } = await place.report(
    [...guardOptions, ...(policy === undefined ? [] : ["--policy", place.path("policy.yml")])],
    [process.execPath, PLAYER, list, place.path("cases"), ends],
    { ...start, ...surroundings?.start, env: { ...setting.env, ...env, ...start.env } },
  );
  return { report, ends: readEnds(ends, ended.stderr) };
}

/** The cases of one rule, by their files. */
function findCases(rule: string): Case[] {
  const folder = join(ROOT, "test/attacks", rule);
  return (["attack", "honest"] as const).flatMap((kind) =>
    readdirSync(join(folder, kind === "attack" ? "attacks" : "honest"))
      .toSorted()
      .map((name) => {
        const file = join(folder, kind === "attack" ? "attacks" : "honest", name);
        return { name: basename(name, extname(name)), kind, file, flagged: toFlagged(file) };
      }),
  );
}

/** All tests look at the same play; one that is tried again looks at another. */
function playOnce(cases: readonly Case[], options: RuleCasesOptions) {
  const plays = new Map<number, ReturnType<typeof playCases>>();
  return (attempt: number) => {
    const play = plays.get(attempt) ?? playCases(cases, options);
    plays.set(attempt, play);
    return play;
  };
}

function toFlagged(file: string): string | undefined {
  return /^(?:#|\/\/) flagged: (\S+)$/m.exec(readFileSync(file, "utf8"))?.[1];
}

/** No start-up files: what they do would be the case's. */
function toCommand(file: string): string[] {
  switch (extname(file)) {
    case ".sh":
      return ["bash", "--norc", "--noprofile", file];
    case ".py":
      return ["python3", "-I", file];
    case ".mjs":
      return [process.execPath, file];
    case ".c":
      return [
        compileC(file, {
          cacheDirectory: join(ROOT, ".cache/programs"),
          includeDirectory: join(ROOT, "test/fixtures/programs"),
        }),
      ];
    default:
      throw new Error(`${file}: a case is a .sh, .py, .mjs or .c file`);
  }
}

function readEnds(file: string, stderr: string): Record<string, Played> {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`the cases did not run to their end; the guard said: ${stderr}`, {
      cause: error,
    });
  }
}

function toProgram({ evidence }: ReportedFinding): string {
  return basename(String(evidence["executable"]));
}

function toLine({ rule, severity, message }: ReportedFinding): string {
  return `${severity} ${rule.id}: ${message}`;
}
