/** Gathers events until there are enough of them, or one that must not wait. */
import type { GuardEvent } from "../../protocol/index.ts";
import { toTail } from "./event-lines.ts";
import type { Importance } from "./spool/spool.ts";

export interface GatheredEvent {
  readonly tail: string;
  readonly importance: Importance;
}

export interface OpenBatchOptions {
  readonly maxEvents: number;
  readonly maxCharacters: number;
  readonly maxAgeMs: number;
  /** Longer than that, the collector would not take it. */
  readonly maxEventBytes: number;
  /** Never with none. */
  readonly onFull: (events: readonly GatheredEvent[]) => void;
  /** In order with what is given to `onFull`. */
  readonly onTooLong: () => void;
}

export interface OpenBatch extends Disposable {
  add(event: GuardEvent): void;
  /** Whatever there is goes now. */
  flush(): void;
}

/** Characters have up to three bytes. */
const MAX_BYTES_OF_CHARACTER = 3;

export function createOpenBatch(options: OpenBatchOptions): OpenBatch {
  let events: GatheredEvent[] = [];
  let characters = 0;
  let aging: NodeJS.Timeout | undefined;
  let urgent: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearTimeout(aging);
    clearImmediate(urgent);
    [aging, urgent] = [undefined, undefined];
    if (events.length === 0) return;
    const gathered = events;
    [events, characters] = [[], 0];
    options.onFull(gathered);
  };
  return {
    add(event) {
      const tail = toTail(event);
      if (isTooLong(tail, options.maxEventBytes)) {
        flush();
        options.onTooLong();
        return;
      }
      const importance = toImportance(event);
      events.push({ tail, importance });
      characters += tail.length;
      if (events.length >= options.maxEvents || characters >= options.maxCharacters) flush();
      // What comes in the same turn goes along.
      else if (importance !== "ordinary") urgent ??= setImmediate(flush);
      else aging ??= setTimeout(flush, options.maxAgeMs).unref();
    },
    flush,
    [Symbol.dispose]() {
      clearTimeout(aging);
      clearImmediate(urgent);
    },
  };
}

function isTooLong(tail: string, maxBytes: number): boolean {
  if (tail.length * MAX_BYTES_OF_CHARACTER < maxBytes) return false;
  return Buffer.byteLength(tail) + PREFIX_BYTES > maxBytes;
}

/** `{"seq":9007199254740991,` */
const PREFIX_BYTES = 24;

function toImportance({ kind }: GuardEvent): Importance {
  if (kind === "guard-stopped") return "last";
  return kind === "finding" || kind === "guard-started" ? "important" : "ordinary";
}
