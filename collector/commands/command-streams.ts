/**
 * Agents that listen: for each run one answer that goes on, into which commands and pings are written. What is held for one that does
 * not read is bounded.
 */
import type { Writable } from "node:stream";

import {
  type CommandMessage,
  COMMAND_LIMITS,
  type SignedCommand,
  type SignedPing,
} from "../../protocol/index.ts";
import { RequestProblem } from "../errors.ts";

export interface Listener {
  readonly runId: string;
  /** Of the last command that it has. */
  readonly lastNumber: number;
  /** Some of those behind that number, the next one first. */
  readonly pull: (afterNumber: number) => readonly SignedCommand[];
  readonly signPing: (ping: Omit<SignedPing, "mac">) => SignedPing;
}

export interface CommandStreams extends Disposable {
  /** Another one of the same run makes room for it. Throws `too-fast` and `shutting-down`. */
  open(listener: Listener): (answer: Writable) => void;
  /** The same for an answer that ends with the first commands, or after `waitMs` with none. */
  poll(listener: Listener, waitMs: number): Promise<readonly CommandMessage[]>;
  /** There is a new command for this run: its agent gets it, if it listens. Throws nothing. */
  notify(runId: string): void;
  /** Of the last command that its agent has, as far as it listens; else 0. */
  lastNumber(runId: string): number;
  readonly counts: {
    readonly open: number;
    /** They did not read what they had asked for. */
    readonly cutOff: number;
    /** What waits for them could not be read; they ask again. */
    readonly unreadable: number;
  };
}

export interface CommandStreamsOptions {
  /** Those for whom a command waits may be more. */
  readonly maxListeners: number;
  /** Written, and not taken by the listener yet. */
  readonly maxUnreadBytes: number;
  readonly pingMs: number;
}

/** More than commands fill, which are written until Node.js has 64 KiB of them to send; the rest fills with pings. */
export const DEFAULT_STREAM_BOUNDS: CommandStreamsOptions = {
  maxListeners: 20_000,
  maxUnreadBytes: 2 * COMMAND_LIMITS.maxMessageBytes,
  pingMs: COMMAND_LIMITS.pingMs,
};

interface Open {
  readonly listener: Listener;
  lastNumber: number;
  pings: number;
  /** Gives what there is. Throws nothing: it is called for others, and by timers. */
  readonly advance: () => void;
  readonly end: () => void;
}

interface Pinged {
  nextPingAt: number;
  readonly ping: () => void;
}

/** Pings are spread over their period, since thousands at once would keep commands waiting. */
const TURNS = 1_000;

export function createCommandStreams(options: CommandStreamsOptions): CommandStreams {
  const { maxListeners, maxUnreadBytes, pingMs } = options;
  const open = new Map<string, Open>();
  let cutOff = 0;
  let unreadable = 0;
  let isClosing = false;
  const pinged = new Set<Pinged>();
  const timer = setInterval(() => pingSome(pinged), pingMs / TURNS).unref();

  const admit = ({ runId, lastNumber, pull }: Listener): void => {
    if (isClosing) throw new RequestProblem("shutting-down", "the collector ends: ask again");
    if (open.size < maxListeners || open.has(runId)) return;
    // A crowd is not to keep anybody from what an operator has asked for.
    if (pull(lastNumber).length === 0) {
      throw new RequestProblem("too-fast", "too many agents listen");
    }
  };
  /** It is the run's only one: an agent that has lost its connection is back before that is noticed here. */
  const add = (stream: Open): void => {
    const { runId } = stream.listener;
    open.get(runId)?.end();
    open.set(runId, stream);
  };
  const remove = (stream: Open): void => {
    const { runId } = stream.listener;
    if (open.get(runId) === stream) open.delete(runId);
  };

  return {
    open(listener) {
      admit(listener);
      return (answer) => {
        const stream: Open & Pinged = {
          listener,
          lastNumber: listener.lastNumber,
          pings: 0,
          nextPingAt: 0,
          advance() {
            try {
              // Those that wait in the store cost nothing here.
              let mayWrite = !answer.writableNeedDrain;
              while (mayWrite) {
                const commands = take(stream);
                if (commands.length === 0) return;
                mayWrite = answer.write(commands.map(toEvent).join(""));
              }
            } catch {
              unreadable += 1;
              answer.destroy();
            }
          },
          ping() {
            stream.nextPingAt = performance.now() + pingMs;
            pinged.delete(stream);
            // Cut off, and its connection takes a while to close.
            if (answer.destroyed) return;
            pinged.add(stream);
            answer.write(toEvent(toPing(stream)));
            if (answer.writableLength <= maxUnreadBytes) return;
            cutOff += 1;
            answer.destroy();
          },
          end() {
            pinged.delete(stream);
            answer.end();
          },
        };
        answer.on("drain", stream.advance);
        answer.on("close", () => {
          remove(stream);
          pinged.delete(stream);
        });
        // It is the listener's loss, and "close" follows.
        answer.on("error", () => undefined);
        add(stream);
        stream.advance();
        if (!answer.destroyed) stream.ping();
      };
    },
    poll(listener, waitMs) {
      admit(listener);
      const { promise, resolve, reject } = Promise.withResolvers<readonly CommandMessage[]>();
      const leave = (): void => {
        clearTimeout(deadline);
        remove(stream);
      };
      const finish = (commands: readonly SignedCommand[]): void => {
        leave();
        resolve([...commands, toPing(stream)]);
      };
      const deadline = setTimeout(() => finish([]), waitMs);
      const stream: Open = {
        listener,
        lastNumber: listener.lastNumber,
        pings: 0,
        advance() {
          try {
            const commands = take(stream);
            if (commands.length > 0) finish(commands);
          } catch (error) {
            unreadable += 1;
            leave();
            reject(error);
          }
        },
        end: () => finish([]),
      };
      add(stream);
      stream.advance();
      return promise;
    },
    notify: (runId) => open.get(runId)?.advance(),
    lastNumber: (runId) => open.get(runId)?.lastNumber ?? 0,
    counts: {
      get open() {
        return open.size;
      },
      get cutOff() {
        return cutOff;
      },
      get unreadable() {
        return unreadable;
      },
    },
    [Symbol.dispose]() {
      isClosing = true;
      clearInterval(timer);
      for (const stream of open.values()) stream.end();
    },
  };
}

/** Whoever was pinged longest ago comes first. */
function pingSome(pinged: ReadonlySet<Pinged>): void {
  const now = performance.now();
  // A crowd that came at once is pinged a little late, and within half a period.
  let left = 2 * Math.ceil(pinged.size / TURNS);
  for (const stream of pinged) {
    if (left === 0 || stream.nextPingAt > now) return;
    left -= 1;
    stream.ping();
  }
}

function take(stream: Open): readonly SignedCommand[] {
  const commands = stream.listener.pull(stream.lastNumber);
  stream.lastNumber = commands.at(-1)?.number ?? stream.lastNumber;
  return commands;
}

function toPing(stream: Open): SignedPing {
  stream.pings += 1;
  const { lastNumber, pings } = stream;
  return stream.listener.signPing({ ping: pings, lastNumber });
}

/** JSON has no line feed, so that its line is the event's whole data. */
function toEvent(message: CommandMessage): string {
  const id = "number" in message ? `id: ${message.number}\n` : "";
  return `${id}data: ${JSON.stringify(message)}\n\n`;
}
