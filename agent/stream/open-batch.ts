/** Gathers events until there are enough of them, or one that must not wait. */
import type { GuardEvent } from "../../protocol/index.ts";
import { type EventText, toText } from "./event-lines.ts";
import type { Importance } from "./spool/spool.ts";

export interface GatheredEvent extends EventText {
  readonly importance: Importance;
}

export interface GatheredBatch {
  /** Never none. */
  readonly events: readonly GatheredEvent[];
  readonly isImportant: boolean;
  /** The last event of its run is in it. */
  readonly isLast: boolean;
}

export interface OpenBatchOptions {
  readonly maxEvents: number;
  readonly maxCharacters: number;
  readonly maxAgeMs: number;
  /** Longer than that, the collector would not take it. */
  readonly maxEventBytes: number;
  readonly onFull: (batch: GatheredBatch) => void;
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
  let isImportant = false;
  let isLast = false;
  let aging: NodeJS.Timeout | undefined;
  let urgent: NodeJS.Immediate | undefined;
  const flush = (): void => {
    clearTimeout(aging);
    clearImmediate(urgent);
    [aging, urgent] = [undefined, undefined];
    if (events.length === 0) return;
    const batch = { events, isImportant, isLast };
    [events, characters, isImportant, isLast] = [[], 0, false, false];
    options.onFull(batch);
  };
  return {
    add(event) {
      const text = toText(event);
      if (isTooLong(text, options.maxEventBytes)) {
        flush();
        options.onTooLong();
        return;
      }
      const importance = toImportance(event);
      events.push({ seq: event.seq, text, importance });
      characters += text.length;
      if (importance === "important") isImportant = true;
      if (importance === "last") isLast = true;
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

/** Its number may be another one on the wire. */
function isTooLong(text: string, maxBytes: number): boolean {
  if (text.length * MAX_BYTES_OF_CHARACTER < maxBytes) return false;
  return Buffer.byteLength(text) + MAX_DIGITS > maxBytes;
}

/** 9007199254740991 */
const MAX_DIGITS = 16;

function toImportance({ kind }: GuardEvent): Importance {
  if (kind === "guard-stopped") return "last";
  return kind === "finding" || kind === "guard-started" ? "important" : "ordinary";
}
