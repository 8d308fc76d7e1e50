/** A cluster is asked about so many pods at a time. Pods that it was not asked about yet get every second turn, and origins one after the other, however many others wait. */
export interface AskingTurns {
  /** Undefined: whoever asks has left before the turn came. */
  take<Answer>(asker: Asker, ask: () => Promise<Answer>): Promise<Answer | undefined>;
}

export interface Asker {
  /** Who makes pods there could have made all that wait of it. */
  readonly origin: string;
  readonly isFirst: boolean;
  /** Aborted: it leaves. */
  readonly signal: AbortSignal;
}

type Begin = () => void;

interface WaitingLine {
  add(origin: string, begin: Begin): void;
  remove(origin: string, begin: Begin): void;
  shift(): Begin | undefined;
}

export function createAskingTurns(maxAtOnce: number): AskingTurns {
  const first = createWaitingLine();
  const again = createWaitingLine();
  let asking = 0;
  let isForFirst = true;
  const pass = (): void => {
    const [preferred, other] = isForFirst ? [first, again] : [again, first];
    isForFirst = !isForFirst;
    const next = preferred.shift() ?? other.shift();
    if (next === undefined) asking -= 1;
    else next();
  };
  return {
    async take({ origin, isFirst, signal }, ask) {
      if (signal.aborted) return undefined;
      if (asking < maxAtOnce) asking += 1;
      else if (!(await wait(isFirst ? first : again, origin, signal))) return undefined;
      try {
        return signal.aborted ? undefined : await ask();
      } finally {
        pass();
      }
    },
  };
}

/** Of each origin who came first, and of origins the one that had none the longest. */
function createWaitingLine(): WaitingLine {
  const origins = new Map<string, Set<Begin>>();
  return {
    add(origin, begin) {
      const waiting = origins.get(origin) ?? new Set();
      origins.set(origin, waiting.add(begin));
    },
    remove(origin, begin) {
      const waiting = origins.get(origin);
      waiting?.delete(begin);
      if (waiting?.size === 0) origins.delete(origin);
    },
    shift() {
      const [origin, waiting] = origins.entries().next().value ?? [];
      const [begin] = waiting ?? [];
      if (origin === undefined || waiting === undefined || begin === undefined) return undefined;
      waiting.delete(begin);
      origins.delete(origin);
      if (waiting.size > 0) origins.set(origin, waiting);
      return begin;
    },
  };
}

/** False: it left. */
function wait(line: WaitingLine, origin: string, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const begin = (): void => {
    signal.removeEventListener("abort", leave);
    resolve(true);
  };
  const leave = (): void => {
    line.remove(origin, begin);
    resolve(false);
  };
  line.add(origin, begin);
  signal.addEventListener("abort", leave, { once: true });
  return promise;
}
