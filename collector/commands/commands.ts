/** Commands from operators to agents: numbered for each run, on disk before they are sent, sent until the agent has answered. */
import type { Writable } from "node:stream";

import {
  type CommandAnswer,
  type CommandKind,
  type CommandMessage,
  COMMAND_LIMITS,
  type KillBody,
  type PolicyBody,
  type SignedCommand,
} from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { CommandStore, StoredCommand } from "../stores/command-store.ts";
import type { EventStore, StoredRun } from "../stores/event-store.ts";
import { type CommandSigner, createCommandSigner } from "./command-signature.ts";
import type { CommandStreams, Listener } from "./command-streams.ts";
import { createTurns } from "./turns.ts";

/** Whose run it is. */
export interface RunName {
  readonly tenant: string;
  readonly runId: string;
}

export type Order =
  | ({ readonly kind: "kill" } & Omit<KillBody, "at">)
  | ({ readonly kind: "policy" } & Omit<PolicyBody, "at">);

export interface Hearer extends RunName {
  /** Of the last command that the agent has settled. */
  readonly lastNumber: number;
  readonly nonce: string;
  readonly mac: string;
}

export interface SentAnswer extends RunName {
  readonly number: number;
  readonly mac: string;
  /** As it was sent, and MACed. */
  readonly content: Buffer;
  readonly answer: CommandAnswer;
}

/** All of them throw `RequestProblem`. */
export interface Commands {
  /** On disk when this returns, and sent if the agent listens. */
  give(run: RunName, order: Order): Promise<StoredCommand>;
  listen(hearer: Hearer): Promise<(answer: Writable) => void>;
  poll(hearer: Hearer, waitMs: number): Promise<readonly CommandMessage[]>;
  answer(sent: SentAnswer): Promise<void>;
  find(run: RunName, number: number): StoredCommand;
}

export interface CommandsOptions {
  readonly store: CommandStore & Pick<EventStore, "findRun">;
  readonly streams: CommandStreams;
  readonly deriveUploadKey: (runId: string) => Buffer;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** On disk: one that was given, and what came of it. */
  readonly onChange: (change: CommandChange) => void;
}

export interface CommandChange extends Pick<
  StoredCommand,
  "runId" | "number" | "kind" | "askedAt"
> {
  readonly tenant: string;
  readonly state: "queued" | "obeyed" | "refused";
}

/** Of a run's numbers the last ones: whatever else was asked of it, it can be ended. */
const KEPT_FOR_KILLS = 16;
/** Of one run, at once. */
const MAX_WAITING = 16;

export function createCommands(options: CommandsOptions): Commands {
  const { store, streams, deriveUploadKey, now, onChange } = options;
  const turns = createTurns(MAX_WAITING);
  const findRun = ({ tenant, runId }: RunName): StoredRun => {
    const run = store.findRun(tenant, runId);
    if (run === undefined) throw new RequestProblem("not-found", "there is no such run");
    return run;
  };
  const findCommand = (run: RunName, number: number): StoredCommand => {
    const { id } = findRun(run);
    const command = store.findCommand(id, number);
    if (command === undefined) throw new RequestProblem("not-found", "there is no such command");
    return command;
  };
  const toListener = ({ lastNumber, nonce, mac, ...name }: Hearer): Listener => {
    const { id: runId } = findRun(name);
    const signer = createCommandSigner(deriveUploadKey(runId), runId);
    if (!signer.isListen(mac, nonce, lastNumber)) throw notTheAgent();
    return {
      runId,
      lastNumber,
      pull: (afterNumber) => signSome(signer, store.listCommands(runId, afterNumber)),
      signPing: (ping) => signer.signPing(nonce, ping),
    };
  };
  /** An agent may know later ones than the data does, which were put back from a copy. */
  const findNextNumber = (runId: string, lastOfAgent: number, kind: CommandKind): number => {
    const number = Math.max(store.findLastCommand(runId), lastOfAgent) + 1;
    const { maxCommands } = COMMAND_LIMITS;
    const max = kind === "kill" ? maxCommands : maxCommands - KEPT_FOR_KILLS;
    if (number <= max) return number;
    throw new RequestProblem("too-large", `a run takes ${max} commands of the kind ${kind}`);
  };
  /** The agent has settled others with their numbers, which were lost with the data: it would never be sent these. */
  const askAgain = async ({ runId, lastNumber }: Listener): Promise<void> => {
    for (const { number: before, kind, body, askedAt } of store.listUnsettled(runId, lastNumber)) {
      const number = findNextNumber(runId, lastNumber, kind);
      await store.addCommand({ runId, number, kind, body, askedAt });
      const reason = `the agent has had another command ${before}: this one is asked for again as command ${number}`;
      await store.settleCommand({ runId, number: before, state: "refused", reason, at: now() });
    }
  };
  const hear = async (hearer: Hearer): Promise<Listener> => {
    const listener = toListener(hearer);
    const { runId, lastNumber } = listener;
    if (store.listUnsettled(runId, lastNumber).length > 0) {
      await turns.take(runId, () => askAgain(listener));
    }
    return listener;
  };
  const add = async (run: RunName, { kind, ...order }: Order): Promise<StoredCommand> => {
    const { id: runId, state } = findRun(run);
    if (state === "over") throw new RequestProblem("run-over", "the run is over");
    const number = findNextNumber(runId, streams.lastNumber(runId), kind);
    const askedAt = now();
    const body = JSON.stringify({ ...order, at: new Date(askedAt).toISOString() });
    await store.addCommand({ runId, number, kind, body, askedAt });
    return findCommand(run, number);
  };

  return {
    async give(run, order) {
      const command = await turns.take(run.runId, () => add(run, order));
      streams.notify(command.runId);
      onChange({ ...command, tenant: run.tenant, state: "queued" });
      return command;
    },
    listen: async (hearer) => streams.open(await hear(hearer)),
    poll: async (hearer, waitMs) => streams.poll(await hear(hearer), waitMs),
    async answer({ number, mac, content, answer, ...name }) {
      const command = findCommand(name, number);
      const { runId } = command;
      const signer = createCommandSigner(deriveUploadKey(runId), runId);
      if (!signer.isAnswer(mac, number, content)) throw notTheAgent();
      await store.settleCommand({ ...answer, runId, number, at: now() });
      const { state } = answer;
      // A final state is not left again, and what is said twice counts once.
      if (state !== "delivered" && (command.state === "queued" || command.state === "delivered")) {
        onChange({ ...command, tenant: name.tenant, state });
      }
    },
    find: findCommand,
  };
}

/** At least one where there is one; no more than an answer should hold. */
function signSome(signer: CommandSigner, commands: Iterable<StoredCommand>): SignedCommand[] {
  const signed: SignedCommand[] = [];
  let length = 0;
  for (const { number, kind, body } of commands) {
    length += body.length;
    if (signed.length > 0 && length > COMMAND_LIMITS.maxMessageBytes) break;
    signed.push(signer.signCommand({ number, kind, body }));
  }
  return signed;
}

function notTheAgent(): RequestProblem {
  return new RequestProblem("forbidden", "the MAC is not that of this run's agent");
}
