/** Plays attacks, each under a guard of its own, and tells what the guard made of them. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { reportSchema } from "../../protocol/report.ts";
import type { Play } from "./play.ts";

const LAUNCHER = join(import.meta.dirname, "../../bin/runner-guard");
const PLAYER = join(import.meta.dirname, "player.ts");
/** A guard starts in half a second; on a machine that has other work it may be ten. */
const PATIENCE_MS = 60_000;
/** Nobody plays longer. */
const OUTSIDER_SECONDS = "600";

export interface Outcome {
  readonly rule: string;
  /** `missed`: it was played, and the rule said nothing. `not-played`: the guard or the play could not be started. */
  readonly result: "flagged" | "missed" | "not-played";
  /** Whether the guard saw programs of the play's. */
  readonly seen: boolean;
  /** What was done about it. */
  readonly response: string | null;
  /** From the play's begin to what was flagged. */
  readonly afterMs: number | null;
  readonly message: string;
}

export interface SimulateOptions {
  readonly plays: readonly Play[];
  /** PATH: where the plays find sh and cat. */
  readonly searchPath: string | undefined;
  readonly onOutcome: (outcome: Outcome) => void;
}

export async function simulate({ plays, searchPath, onOutcome }: SimulateOptions): Promise<void> {
  await using outsider = await startOutsider();
  for (const { rule } of plays) {
    const folder = mkdtempSync(join(tmpdir(), "runner-guard-simulate-"));
    try {
      onOutcome(await playGuarded(rule, { folder, searchPath, outsider: outsider.pid }));
    } finally {
      endLeftover(join(folder, "stage"));
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** A process outside of the job, with nothing in its environment. */
async function startOutsider(): Promise<AsyncDisposable & { readonly pid: number }> {
  const child = spawn("sleep", [OUTSIDER_SECONDS], { env: {}, stdio: "ignore" });
  await once(child, "spawn");
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

interface Setting {
  readonly folder: string;
  readonly searchPath: string | undefined;
  readonly outsider: number;
}

async function playGuarded(rule: string, setting: Setting): Promise<Outcome> {
  const { folder, searchPath, outsider } = setting;
  const stage = join(folder, "stage");
  const report = join(folder, "report.json");
  mkdirSync(stage);
  const guard = ["run", "--quiet", "--enforcement", "none", "--redact-output", "--report", report];
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", PLAYER];
  const child = spawn(LAUNCHER, [...guard, "--", ...command, rule, stage, String(outsider)], {
    cwd: stage,
    // No variable of the user's: a play has no real secret.
    env: { PATH: searchPath, HOME: stage, SIMULATED_TOKEN: randomUUID() },
    stdio: ["ignore", "ignore", "pipe"],
    timeout: PATIENCE_MS,
    killSignal: "SIGKILL",
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = `${said}${text}`.slice(0, 2_000);
  });
  await once(child, "close");
  return toOutcome(rule, { begun: join(folder, "begun"), report, said });
}

function toOutcome(
  rule: string,
  files: { readonly begun: string; readonly report: string; readonly said: string },
): Outcome {
  const begunText = readIfThere(files.begun);
  const reportText = readIfThere(files.report);
  const none = { rule, seen: false, response: null, afterMs: null } as const;
  if (begunText === undefined || reportText === undefined) {
    return {
      ...none,
      result: "not-played",
      message: files.said.trim() || "the play did not start",
    };
  }
  const { findings, processes } = reportSchema.parse(JSON.parse(reportText));
  const seen = processes.length > 0;
  const found = findings.find((finding) => finding.rule.id === rule);
  if (found === undefined) {
    return { ...none, seen, result: "missed", message: "the rule said nothing" };
  }
  const afterMs = Date.parse(found.firstSeen) - Number(begunText);
  return {
    rule,
    result: "flagged",
    seen,
    response: found.response,
    afterMs: Math.max(0, Math.round(afterMs)),
    message: found.message,
  };
}

/** A play that leaves a process behind writes which; only one that runs in its folder is ended. */
function endLeftover(stage: string): void {
  const pid = Number(readIfThere(join(stage, "left"))?.trim());
  if (!Number.isInteger(pid) || pid <= 1) return;
  try {
    if (readlinkSync(`/proc/${pid}/cwd`) === realpathSync(stage)) process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8") || undefined;
  } catch {
    return undefined;
  }
}
