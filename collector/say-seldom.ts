/** Says the same thing once in a while, with how often it came since: a disk that is full is full for every batch. */
export interface SaySeldomOptions {
  readonly say: (text: string) => void;
  readonly everyMs: number;
  /** Texts that are told apart within that time; any beyond are said as they come. */
  readonly maxTexts: number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
}

interface Said {
  at: number;
  unsaid: number;
}

export function createSaySeldom(options: SaySeldomOptions): (text: string) => void {
  const { say, everyMs, maxTexts, uptime } = options;
  const known = new Map<string, Said>();
  const sayAgain = (text: string, unsaid: number): void =>
    say(`${text} (${unsaid} times more since it was said last)`);
  const forgetOld = (now: number): void => {
    for (const [text, { at, unsaid }] of known) {
      if (now - at < everyMs) continue;
      known.delete(text);
      if (unsaid > 0) sayAgain(text, unsaid);
    }
  };
  return (text) => {
    const now = uptime();
    const said = known.get(text);
    if (said !== undefined && now - said.at < everyMs) {
      said.unsaid += 1;
      return;
    }
    const unsaid = said?.unsaid ?? 0;
    if (said === undefined && known.size >= maxTexts) forgetOld(now);
    if (unsaid === 0) say(text);
    else sayAgain(text, unsaid);
    if (said !== undefined || known.size < maxTexts) known.set(text, { at: now, unsaid: 0 });
  };
}
