/** Says the same thing once in a while, with how often it came since: a disk that is full is full for every batch. */
export interface SaySeldomOptions {
  readonly say: (text: string) => void;
  readonly everyMs: number;
  /** Texts that are told apart; any beyond are said as they come. */
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
  return (text) => {
    const now = uptime();
    const said = known.get(text);
    if (said !== undefined && now - said.at < everyMs) {
      said.unsaid += 1;
      return;
    }
    const unsaid = said?.unsaid ?? 0;
    say(unsaid === 0 ? text : `${text} (${unsaid} times more since it was said last)`);
    if (said !== undefined || known.size < maxTexts) known.set(text, { at: now, unsaid: 0 });
  };
}
