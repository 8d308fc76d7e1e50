/** What is seen of a time line, as it stands in an address: milliseconds since the run's start. */
import type { View } from "./view.ts";

const RANGE = /^(?<from>-?\d{1,12})~(?<to>-?\d{1,12})$/;

export function toRange({ from, to }: View, startsAt: number): string {
  return `${Math.floor(from - startsAt)}~${Math.ceil(to - startsAt)}`;
}

/** Undefined: it is none. */
export function readRange(range: string | undefined, startsAt: number): View | undefined {
  const { from, to } = RANGE.exec(range ?? "")?.groups ?? {};
  if (from === undefined || to === undefined || Number(to) <= Number(from)) return undefined;
  return { from: startsAt + Number(from), to: startsAt + Number(to), top: 0 };
}
