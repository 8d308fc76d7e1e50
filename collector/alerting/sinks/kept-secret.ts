/** A secret that stands in a file, and is changed there while the collector serves. */
import { CollectorError } from "../../errors.ts";

export interface KeptSecret<Value> {
  readonly file: string;
  readonly readSecret: (file: string) => string;
  /** Undefined where the text is none. */
  readonly parse: (text: string) => Value | undefined;
  /** What is wrong then, without the text. */
  readonly expected: string;
}

/**
 * Throws `usage` where the file holds none. One that is changed to something else later does not end what works: the last good
 * one is used until the file holds a good one again.
 */
export function createKeptSecret<Value>(options: KeptSecret<Value>): () => Value {
  const { file, readSecret, parse, expected } = options;
  let text = readSecret(file);
  const first = parse(text);
  if (first === undefined) throw new CollectorError("usage", `--alerting: ${file}: ${expected}`);
  let value = first;
  return () => {
    const now = readSecret(file);
    if (now !== text) {
      text = now;
      value = parse(now) ?? value;
    }
    return value;
  };
}
