/** Events as lines of a batch. Their numbers on the wire come last: what is not sent has none. */
import type { GuardEvent } from "../../protocol/index.ts";

/** An event's JSON, with the number that the guard gave it. */
export interface EventText {
  readonly seq: number;
  readonly text: string;
}

const HEAD = /^\{"seq":\d+,/;

/** Its number comes first in it. */
export function toText(event: GuardEvent): string {
  const text = JSON.stringify(event);
  if (text.startsWith('{"seq":')) return text;
  const { seq, ...rest } = event;
  return JSON.stringify({ seq, ...rest });
}

/** Numbered from `firstSeq` on. Mostly these are the numbers that they have, and then nothing is written anew. */
export function toEventLines(events: readonly EventText[], firstSeq: number): Buffer {
  let lines = "";
  let due = firstSeq;
  for (const { seq, text } of events) {
    lines += seq === due ? text : number(toTail(text), due);
    lines += "\n";
    due += 1;
  }
  return Buffer.from(lines);
}

/** The same of what has no numbers. */
export function toLines(tails: readonly string[], firstSeq: number): Buffer {
  return Buffer.from(tails.map((tail, index) => `${number(tail, firstSeq + index)}\n`).join(""));
}

/** Lines without their numbers: what follows `{"seq":1,` in each. */
export function toTails(lines: Buffer): string[] {
  const tails = lines.toString().split("\n");
  tails.pop();
  return tails.map(toTail);
}

function toTail(line: string): string {
  return line.replace(HEAD, "");
}

function number(tail: string, seq: number): string {
  return `{"seq":${seq},${tail}`;
}
