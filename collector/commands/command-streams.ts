/**
 * Agents that listen: one answer that goes on for each run, into which commands and pings are written. What is held for one that does
 * not read is bounded.
 */
import type { Writable } from "node:stream";

import { type CommandMessage, COMMAND_LIMITS, type SignedCommand } from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";
import type { CommandSigner } from "./command-signature.ts";

export interface Listener {
  readonly runId: string;
  readonly nonce: string;
  readonly signer: CommandSigner;
  /** Of the last command that it has, or that was sent to it. */
  lastNumber: number;
}

export interface CommandStreams extends Disposable {
  /** What waits for it comes first. Another one of the same run makes room for it. Throws `too-fast` and `shutting-down`. */
  open(listener: Listener, waiting: readonly SignedCommand[]): (answer: Writable) => void;
  /** The same for one answer: ends with the first command, or after `waitMs` with none. */
  poll(listener: Listener, waitMs: number): Promise<readonly CommandMessage[]>;
  /** To the run's agent, if it listens. */
  send(runId: string, command: SignedCommand): void;
  readonly counts: {
    readonly open: number;
    /** They did not read what they had asked for. */
    readonly cutOff: number;
  };
}

export interface CommandStreamsOptions {
  readonly maxListeners: number;
  /** Written, and not taken by the listener yet. */
  readonly maxUnreadBytes: number;
  readonly pingMs: number;
}

/** A quarter of a MiB is two commands of the greatest size; 10,000 listeners that do not read are cut off long before. */
export const DEFAULT_STREAM_BOUNDS: CommandStreamsOptions = {
  maxListeners: 20_000,
  maxUnreadBytes: 2 * COMMAND_LIMITS.maxMessageBytes,
  pingMs: COMMAND_LIMITS.pingMs,
};

interface Open extends Listener {
  readonly write: (messages: readonly CommandMessage[]) => void;
  readonly end: () => void;
  pings: number;
}

/** Pings are spread over their period: a thousand at once would keep commands waiting. */
const PING_TURNS = 100;

export function createCommandStreams(options: CommandStreamsOptions): CommandStreams {
  const { maxListeners, maxUnreadBytes, pingMs } = options;
  const open = new Map<string, Open>();
  let cutOff = 0;
  let isClosing = false;
  let turn = pingInTurns(open);
  const timer = setInterval(() => {
    if (turn.next().done === true) turn = pingInTurns(open);
  }, pingMs / PING_TURNS).unref();

  const admit = ({ runId }: Listener): void => {
    if (isClosing) throw new RequestProblem("shutting-down", "the collector ends: ask again");
    if (open.size >= maxListeners && !open.has(runId)) {
      throw new RequestProblem("too-fast", "too many agents listen");
    }
  };
  /** It is the run's only one: an agent that has lost its connection is back before that is noticed here. */
  const add = (stream: Open): void => {
    open.get(stream.runId)?.end();
    open.set(stream.runId, stream);
  };
  const remove = (stream: Open): void => {
    if (open.get(stream.runId) === stream) open.delete(stream.runId);
  };

  return {
    open(listener, waiting) {
      admit(listener);
      return (answer) => {
        const stream: Open = {
          ...listener,
          pings: 0,
          write(messages) {
            answer.write(messages.map(toEvent).join(""));
            if (answer.writableLength <= maxUnreadBytes) return;
            cutOff += 1;
            answer.destroy();
          },
          end: () => answer.end(),
        };
        answer.on("close", () => remove(stream));
        // It is the listener's loss; "close" follows.
        answer.on("error", () => undefined);
        add(stream);
        for (const command of waiting) sendTo(stream, command);
        ping(stream);
      };
    },
    poll(listener, waitMs) {
      admit(listener);
      const { promise, resolve } = Promise.withResolvers<readonly CommandMessage[]>();
      const end = (): void => {
        clearTimeout(deadline);
        remove(stream);
        resolve([toPing(stream)]);
      };
      const deadline = setTimeout(end, waitMs);
      const stream: Open = {
        ...listener,
        pings: 0,
        write(messages) {
          clearTimeout(deadline);
          remove(stream);
          resolve([...messages, toPing(stream)]);
        },
        end,
      };
      add(stream);
      return promise;
    },
    send(runId, command) {
      const stream = open.get(runId);
      if (stream !== undefined) sendTo(stream, command);
    },
    counts: {
      get open() {
        return open.size;
      },
      get cutOff() {
        return cutOff;
      },
    },
    [Symbol.dispose]() {
      isClosing = true;
      clearInterval(timer);
      for (const stream of open.values()) stream.end();
    },
  };
}

/** A hundredth of those that listen at each step. */
function* pingInTurns(open: ReadonlyMap<string, Open>): Generator<undefined, void, undefined> {
  const size = Math.ceil(open.size / PING_TURNS);
  let pinged = 0;
  for (const stream of open.values()) {
    ping(stream);
    pinged += 1;
    if (pinged % size === 0) yield;
  }
}

function sendTo(stream: Open, command: SignedCommand): void {
  if (command.number <= stream.lastNumber) return;
  stream.lastNumber = command.number;
  stream.write([command]);
}

function ping(stream: Open): void {
  stream.write([toPing(stream)]);
}

function toPing(stream: Open): CommandMessage {
  stream.pings += 1;
  const { signer, nonce, lastNumber, pings } = stream;
  return signer.signPing(nonce, { ping: pings, lastNumber });
}

/** JSON has no line feed, so that its line is the event's whole data. */
function toEvent(message: CommandMessage): string {
  const id = "number" in message ? `id: ${message.number}\n` : "";
  return `${id}data: ${JSON.stringify(message)}\n\n`;
}
