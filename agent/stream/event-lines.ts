/** Events as lines of a batch. Their numbers come last: what is not sent has none. */
import type { GuardEvent } from "../../protocol/index.ts";

const HEAD = /^\{"seq":\d+,/;

/** The event's JSON without its number: what follows `{"seq":1,`. */
export function toTail(event: GuardEvent): string {
  const text = JSON.stringify(event);
  const end = text.indexOf(",");
  if (text.startsWith('{"seq":')) return text.slice(end + 1);
  const { seq: _, ...rest } = event;
  return JSON.stringify(rest).slice(1);
}

/** Numbers the tails from `firstSeq` on. */
export function toLines(tails: readonly string[], firstSeq: number): Buffer {
  let text = "";
  let seq = firstSeq;
  for (const tail of tails) {
    text += `{"seq":${seq},${tail}\n`;
    seq += 1;
  }
  return Buffer.from(text);
}

/** What `toLines` made, without the numbers. */
export function toTails(lines: Buffer): string[] {
  const tails = lines.toString().split("\n");
  tails.pop();
  return tails.map((line) => line.replace(HEAD, ""));
}
