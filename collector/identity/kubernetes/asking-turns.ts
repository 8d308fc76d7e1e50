/** A cluster is asked about so many pods at a time. Pods that it was not asked about yet get every second turn, however many others wait. */
export interface AskingTurns {
  take<Answer>(isFirst: boolean, ask: () => Promise<Answer>): Promise<Answer>;
}

export function createAskingTurns(maxAtOnce: number): AskingTurns {
  const first: (() => void)[] = [];
  const again: (() => void)[] = [];
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
    async take(isFirst, ask) {
      if (asking < maxAtOnce) asking += 1;
      else await new Promise<void>((resolve) => (isFirst ? first : again).push(resolve));
      try {
        return await ask();
      } finally {
        pass();
      }
    },
  };
}
