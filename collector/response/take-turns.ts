/** Takes turns at the news of findings, one at a time: what is decided is on disk before the next is. */
import type { NewResponse, ResponseDeed } from "../stores/response-store.ts";
import type { NewsTurn } from "./news-turn.ts";

export interface TakeTurnsOptions {
  readonly takeTurn: NewsTurn;
  readonly store: (deed: ResponseDeed) => Promise<void>;
  /** On disk. Throws nothing. */
  readonly onDecided: (response: NewResponse) => void;
  /** It is tried again. */
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Of a disk that takes nothing. */
  readonly retryMs: number;
  readonly signal: AbortSignal;
}

export interface Turns {
  /** There may be news. */
  wake(): void;
  /** When those that were begun are over. */
  settle(): Promise<void>;
}

export function createTurns(options: TakeTurnsOptions): Turns {
  const { takeTurn, store, onDecided, onTrouble, retryMs, signal } = options;
  let turns: Promise<void> | undefined;
  let isCalled = false;

  const takeAll = async (): Promise<void> => {
    while (isCalled) {
      isCalled = false;
      for (let deed = takeTurn(); deed !== undefined && !signal.aborted; deed = takeTurn()) {
        await store(deed);
        for (const response of deed.responses) onDecided(response);
        // Findings by the thousand keep nobody else waiting.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  };
  const wake = (): void => {
    if (signal.aborted) return;
    isCalled = true;
    turns ??= takeAll()
      .catch((error: unknown) => {
        onTrouble("news of findings", error);
        setTimeout(wake, retryMs).unref();
      })
      .finally(() => {
        turns = undefined;
        if (isCalled) wake();
      });
  };
  return {
    wake,
    settle: async () => turns,
  };
}
