/**
 * Guards one command as `runner-guard run` does, and writes when each finding of a deed was told, to a file as JSON:
 * `guard-deeds.ts FILE COMMAND [ARG...]`. The folder that it is started in is the checkout.
 */
import { readFileSync, writeFileSync } from "node:fs";

import { beginGuard } from "../../agent/guard/begin-guard.ts";
import { createGuard } from "../../agent/guard/create-guard.ts";
import { startCommand } from "../../agent/job/guarded-command.ts";
import { readInheritance } from "../../agent/job/inheritance.ts";
import { createRedaction, type Redaction } from "../../agent/redact/redaction.ts";
import { readStolenMs } from "../harness/stolen-time.ts";
import { findDeed } from "./find-deed.ts";
import type { GuardedDeeds, TimedDeed } from "./guarded-deeds.ts";

const [file = "", ...command] = process.argv.slice(2);
writeFileSync(file, JSON.stringify(await guardDeeds()));

async function guardDeeds(): Promise<GuardedDeeds> {
  const told: TimedDeed[] = [];
  const parts = {
    choice: "kernel",
    scope: { type: "command" },
    policy: null,
    requestedMode: "audit",
    enforcement: "none",
    resolvers: undefined,
    builtIn: [],
    runId: "finding-delay",
  } as const;
  await using begun = beginGuard(parts);
  await using guard = await createGuard({
    ...parts,
    begun,
    samplePeriodMs: 250,
    version: "0",
    command,
    workingDirectory: process.cwd(),
    ci: null,
    redaction: watchTexts(createRedaction(), (text) => {
      const deed = findDeed(text);
      if (deed) told.push({ ...deed, at: Number(process.hrtime.bigint()) });
    }),
  });
  const startedAt = Date.now() * 1000;
  const running = await guard.startWithin((arm) =>
    startCommand(command, {
      searchPath: process.env["PATH"],
      inheritance: readInheritance({}),
      beforeStart: arm,
    }),
  );
  guard.follow(running.pid);
  const begunAt = process.cpuUsage();
  const [waitedBefore, stolenBefore] = [readWaitedMs(), readStolenMs()];
  const exit = await running.exited;
  const { user, system } = process.cpuUsage(begunAt);
  const [waitedMs, stolenMs] = [readWaitedMs() - waitedBefore, readStolenMs() - stolenBefore];
  const report = await guard.finish({ startedAt, endedAt: Date.now() * 1000, ...exit });
  const [sensor] = report.sensors;
  return {
    exitCode: exit.exitCode,
    told,
    eventsSeen: sensor?.eventsSeen ?? 0,
    eventsDropped: sensor?.eventsDropped ?? 0,
    cpuMs: (user + system) / 1000,
    waitedMs,
    stolenMs,
  };
}

/** How long this thread could have run, and others did (Documentation/scheduler/sched-stats.rst). */
function readWaitedMs(): number {
  const [, waitedNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "latin1").split(
    " ",
  );
  return Number(waitedNs) / 1e6;
}

/** Every text of an event comes by here on its way from whoever made it to whoever is told, one of a finding as well. */
function watchTexts(redaction: Redaction, see: (text: string) => void): Redaction {
  return {
    addValue: (value, source, origin) => redaction.addValue(value, source, origin),
    keyFingerprints: (key) => redaction.keyFingerprints(key),
    openStream: (options) => redaction.openStream(options),
    redactText(text, onFound) {
      see(text);
      return redaction.redactText(text, onFound);
    },
    get counts() {
      return redaction.counts;
    },
  };
}
