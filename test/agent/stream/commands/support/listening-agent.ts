/** A listener with handlers that write down what they were asked for. */
import { Agent } from "node:http";

import { createMemoryJournal } from "../../../../../agent/stream/commands/command-journal.ts";
import {
  type CommandListener,
  type CommandListenerOptions,
  type ListenTimes,
  startCommandListener,
} from "../../../../../agent/stream/commands/command-listener.ts";
import type { CommandRun } from "../../../../../agent/stream/commands/command-proof.ts";
import { createHttpChannel } from "../../../../../agent/stream/commands/http-channel.ts";

export interface ListeningAgent extends AsyncDisposable {
  readonly listener: CommandListener;
  readonly done: string[];
  readonly foreign: string[];
  /** How often it was told that commands are kept back. */
  readonly withheld: () => number;
}

const TIMES: Partial<ListenTimes> = {
  firstMessageMs: 2_000,
  silenceMs: 5_000,
  steadyMs: 100,
  firstWaitMs: 10,
  maxWaitMs: 50,
  pollMs: 1_000,
  pollPauseMs: 10,
  answerTimeoutMs: 2_000,
};

export interface ListeningAgentOptions extends Partial<CommandListenerOptions> {
  readonly token: string;
  readonly run: CommandRun;
  readonly ports: readonly number[];
}

export function startListeningAgent(options: ListeningAgentOptions): ListeningAgent {
  const done: string[] = [];
  const foreign: string[] = [];
  let withheld = 0;
  const agents = options.ports.map(() => new Agent({ keepAlive: true }));
  const listener = startCommandListener({
    journal: createMemoryJournal(),
    handlers: {
      async kill({ reason }) {
        done.push(`kill: ${reason}`);
        return { state: "obeyed", reason: "2 processes were ended" };
      },
      async tighten({ tighten }) {
        done.push(`tighten: ${JSON.stringify(tighten)}`);
        return { state: "obeyed" };
      },
    },
    onForeign: (reason) => foreign.push(reason),
    onWithheld: () => (withheld += 1),
    ...options,
    times: { ...TIMES, ...options.times },
    channels: options.ports.map((port, index) =>
      createHttpChannel({
        address: { host: "127.0.0.1", port, path: "/" },
        agent: agents[index] ?? new Agent(),
        token: () => options.token,
      }),
    ),
  });
  return {
    listener,
    done,
    foreign,
    withheld: () => withheld,
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]();
      for (const agent of agents) agent.destroy();
    },
  };
}
