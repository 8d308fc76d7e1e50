import type { Redaction, ValueOrigin } from "../../redact/redaction.ts";

interface Waiting {
  readonly value: Uint8Array | string;
  readonly source: string | undefined;
  readonly origin: ValueOrigin | undefined;
}

/**
 * A redaction that is made when it is first needed: that takes half as long as all else that has to be done before a
 * guarded command may start, and nothing is told before. Values that are given until then wait, and `onRefused` hears of those that
 * cannot be masked.
 */
export function createLazyRedaction(
  load: () => Generator<undefined, Redaction>,
  onRefused: (sources: readonly string[]) => void,
): Redaction {
  let loaded: Redaction | undefined;
  const waiting: Waiting[] = [];
  let fingerprintKey: Uint8Array | undefined;
  let turns: Generator<undefined, Redaction> | undefined;
  /** Undefined: there is more to be made. */
  const makeNext = (): Redaction | undefined => {
    if (loaded !== undefined) return loaded;
    const made = takeTurn();
    if (made === undefined) return undefined;
    if (fingerprintKey !== undefined) made.keyFingerprints(fingerprintKey);
    const refused = waiting.flatMap(({ value, source = "a value", origin }) => {
      const added = made.addValue(value, source, origin);
      return added === "added" || added === "known" ? [] : [source];
    });
    loaded = made;
    waiting.length = 0;
    if (refused.length > 0) onRefused(refused);
    return made;
  };
  /** What failed is begun anew: a generator that threw has nothing more to say, and not why. */
  const takeTurn = (): Redaction | undefined => {
    turns ??= load();
    try {
      const turn = turns.next();
      if (turn.done !== true) return undefined;
      turns = undefined;
      return turn.value;
    } catch (error) {
      turns = undefined;
      throw error;
    }
  };
  const get = (): Redaction => {
    let made = makeNext();
    while (made === undefined) made = makeNext();
    return made;
  };
  return {
    addValue(value, source, origin) {
      if (loaded !== undefined) return loaded.addValue(value, source, origin);
      // A copy: whoever gives bytes may use them for something else.
      waiting.push({
        value: typeof value === "string" ? value : Buffer.from(value),
        source,
        origin,
      });
      return "added";
    },
    keyFingerprints(key) {
      if (loaded !== undefined) return loaded.keyFingerprints(key);
      fingerprintKey ??= key;
    },
    redactText: (text, onFound) => get().redactText(text, onFound),
    openStream: (options) => get().openStream(options),
    *makeReady() {
      while (makeNext() === undefined) yield;
    },
    get counts() {
      return loaded?.counts ?? { redacted: 0, values: 0, refusedValues: 0, notDecoded: 0 };
    },
  };
}
