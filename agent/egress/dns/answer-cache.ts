import type { StoredAnswer } from "./stored-answer.ts";

export interface CachedAnswer {
  readonly answer: StoredAnswer;
  readonly ageSeconds: number;
}

export interface CacheBounds {
  readonly entries: number;
  readonly bytes: number;
}

interface Entry {
  readonly answer: StoredAnswer;
  readonly storedAtMs: number;
  readonly bytes: number;
}

/** What an entry takes beside its records: objects, texts, the key. The heap grew by 12 MB with 4,096 short answers. */
const ENTRY_BYTES = 3_000;

/** When it is full, the answer that came first makes room. */
export interface AnswerCache {
  find(key: string, nowMs: number): CachedAnswer | undefined;
  put(key: string, answer: StoredAnswer, nowMs: number): void;
  /** Answers that made room before their time. */
  readonly evicted: number;
}

export function createAnswerCache(bounds: CacheBounds): AnswerCache {
  const entries = new Map<string, Entry>();
  let totalBytes = 0;
  let evicted = 0;

  function remove(key: string, entry: Entry): void {
    entries.delete(key);
    totalBytes -= entry.bytes;
  }

  function makeRoom(bytes: number): void {
    for (const [key, entry] of entries) {
      if (entries.size < bounds.entries && totalBytes + bytes <= bounds.bytes) return;
      remove(key, entry);
      evicted += 1;
    }
  }

  return {
    find(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      const ageSeconds = Math.floor((nowMs - entry.storedAtMs) / 1000);
      if (ageSeconds < entry.answer.ttlSeconds) return { answer: entry.answer, ageSeconds };
      remove(key, entry);
      return undefined;
    },
    put(key, answer, nowMs) {
      const bytes = ENTRY_BYTES + answer.body.bytes.length * 2;
      if (answer.ttlSeconds === 0 || bytes > bounds.bytes) return;
      const old = entries.get(key);
      if (old !== undefined) remove(key, old);
      makeRoom(bytes);
      entries.set(key, { answer, storedAtMs: nowMs, bytes });
      totalBytes += bytes;
    },
    get evicted() {
      return evicted;
    },
  };
}
