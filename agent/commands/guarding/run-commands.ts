/** What operators ask of this run by way of the collector, and the guard does. Nobody waits for it, neither now nor at the end. */
import { createHash } from "node:crypto";
import { join } from "node:path";

import type { PolicyBody } from "../../../protocol/index.ts";
import { toErrorText } from "../../errors.ts";
import type { StartedRun } from "../../stream/collector-session.ts";
import type { CommandListener } from "../../stream/commands/command-listener.ts";
import type { Connect } from "../../stream/transport/own-agent.ts";
import type { CollectorTarget } from "./collector-target.ts";
import type { CommandedGuard } from "./command-handlers.ts";

/** How the collector is reached, and where this run keeps what the next guard is to know; undefined: there is no next one. */
export interface CommandWay {
  readonly connect: Connect;
  readonly directory: string | undefined;
}

export interface RunCommands extends AsyncDisposable {
  /** Puts in force what was tightened before the guard was killed, if this is its directory. Does not reject. */
  readonly restore: (directory: string) => Promise<void>;
  /**
   * With what operators want of every such run. Again for the same run: it is listened to already. After the end: nobody listens any
   * more.
   */
  readonly listen: (run: StartedRun, way: CommandWay) => void;
}

export interface RunCommandsOptions {
  readonly target: CollectorTarget;
  readonly guard: CommandedGuard;
  readonly warn: (message: string) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const JOURNAL = "commands.json";
/** Policies that change while one guard lives. What was forgotten is obeyed again, which changes nothing. */
const MAX_OBEYED = 64;
/** It may quote what the collector sent. */
const MAX_PROBLEM_CHARACTERS = 500;
const WITHHELD =
  "something between the guard and the collector keeps back what operators ask of it";

export function createRunCommands(options: RunCommandsOptions): RunCommands {
  const { guard, warn } = options;
  let restored = Promise.resolve();
  let isEnding = false;
  /** The collector is asked for the run again after each trouble. What it tells then is known by its hash. */
  const obeyed: string[] = [];
  let listening:
    | { readonly runId: string; readonly listener: Promise<CommandListener> }
    | undefined;
  const restore = async (directory: string): Promise<void> => {
    for (const problem of await restoreFrom(directory, guard)) {
      const message = `what operators had tightened before the guard was killed is not in force: ${problem}`;
      warn(`warning: ${message}`);
      guard.noteTampering(message);
    }
  };
  const begin = async (run: StartedRun, way: CommandWay): Promise<CommandListener> => {
    const { startCommandListener } = await import("../../stream/commands/command-listener.ts");
    const { createHandlers } = await import("./command-handlers.ts");
    const { toChannels } = await import("./command-channels.ts");
    const handlers = createHandlers(guard);
    const channels = toChannels(options.target, run, {
      connect: way.connect,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
    });
    const listener = startCommandListener({
      run,
      channels: channels.list,
      handlers: {
        kill: (order) => handlers.kill(order),
        // Behind what was in force before; a kill waits for neither.
        tighten: (order) => restored.then(() => handlers.tighten(order)),
      },
      journal: await openJournal(way.directory),
      onForeign: (reason) => guard.noteTampering(describeForeign(reason)),
      onWithheld: () => guard.noteTampering(WITHHELD),
    });
    return {
      counts: listener.counts,
      tighten: (order) => listener.tighten(order),
      async [Symbol.asyncDispose]() {
        await listener[Symbol.asyncDispose]();
        channels[Symbol.dispose]();
      },
    };
  };
  const obey = async (policy: PolicyBody, listener: Promise<CommandListener>): Promise<void> => {
    const { by, reason, tighten } = policy;
    const hash = createHash("sha256")
      .update(JSON.stringify([by, reason, tighten]))
      .digest("hex");
    if (obeyed.includes(hash)) return;
    obeyed.push(hash);
    if (obeyed.length > MAX_OBEYED) obeyed.shift();
    const outcome = await (await listener).tighten(policy);
    if (outcome.state === "obeyed" || isEnding) return;
    const problem = (outcome.reason ?? "it was refused").slice(0, MAX_PROBLEM_CHARACTERS);
    warn(`warning: what ${by} wants of every such run is not in force: ${problem}`);
    guard.noteTightening({ by, reason }, describeWanted(tighten), problem);
  };
  return {
    restore(directory) {
      restored = restore(directory);
      return restored;
    },
    listen(run, way) {
      if (isEnding) return;
      if (listening?.runId !== run.runId) {
        const before = listening?.listener;
        const listener = begin(run, way);
        listening = { runId: run.runId, listener };
        listener.catch((error: unknown) => warn(describeDeaf(error)));
        void end(before);
      }
      const { policy } = run;
      // One that could not begin has said so.
      if (policy) void obey(policy, listening.listener).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await end(listening?.listener);
    },
  };
}

/** Resolves to why what is not in force is not. */
async function restoreFrom(directory: string, guard: CommandedGuard): Promise<readonly string[]> {
  try {
    const { restoreTightened } = await import("../../stream/commands/restore-tightened.ts");
    const { createHandlers } = await import("./command-handlers.ts");
    const { record } = await openJournal(directory);
    return await restoreTightened(record, createHandlers(guard));
  } catch (error) {
    return [toErrorText(error)];
  }
}

async function openJournal(directory: string | undefined) {
  const { createMemoryJournal, openFileJournal } =
    await import("../../stream/commands/command-journal.ts");
  return directory === undefined
    ? createMemoryJournal()
    : openFileJournal(join(directory, JOURNAL));
}

async function end(listener: Promise<CommandListener> | undefined): Promise<void> {
  // One that could not begin has nothing to end.
  await (await listener?.catch(() => undefined))?.[Symbol.asyncDispose]();
}

const SETTINGS = ["deny", "mode", "dns", "sni"];

/** Settings that there are alone: whoever reads it wants to know what kind of thing is missing, and the rest may be any text. */
function describeWanted(tighten: PolicyBody["tighten"]): string {
  const known = SETTINGS.filter((name) => Object.hasOwn(tighten, name));
  return known.join(", ") || "what this guard does not know";
}

function describeForeign(reason: string): string {
  return `something between the guard and the collector sent ${reason}`;
}

function describeDeaf(error: unknown): string {
  return `warning: operators cannot end or tighten this run by way of the collector: ${toErrorText(error)}`;
}
