import { readName, toWireName } from "./domain-name.ts";
import { TYPE } from "./record-types.ts";
import { isServiceData } from "./service-binding.ts";

export interface RecordData {
  /** With the names in it written out, so that it can be moved to another message. */
  readonly data: Buffer;
  /** The last name in it: where an alias, a service or a pointer leads. */
  readonly target: string | undefined;
}

export interface DataPlace {
  readonly type: number;
  readonly start: number;
  readonly end: number;
}

/** Bytes before the names, how many names, bytes behind them. */
type Layout = readonly [before: number, names: number, after: number];

/** The types whose names may be compressed, also against the standard's word (RFC 3597 §4). */
const LAYOUTS: ReadonlyMap<number, Layout> = new Map([
  [TYPE.ns, [0, 1, 0]],
  // MD and MF
  [3, [0, 1, 0]],
  [4, [0, 1, 0]],
  [TYPE.cname, [0, 1, 0]],
  [TYPE.soa, [0, 2, 20]],
  // MB, MG, MR
  [7, [0, 1, 0]],
  [8, [0, 1, 0]],
  [9, [0, 1, 0]],
  [TYPE.ptr, [0, 1, 0]],
  // MINFO
  [14, [0, 2, 0]],
  [TYPE.mx, [2, 1, 0]],
  // RP, AFSDB, RT, PX
  [17, [0, 2, 0]],
  [18, [2, 1, 0]],
  [21, [2, 1, 0]],
  [26, [2, 2, 0]],
  [TYPE.srv, [6, 1, 0]],
  // KX
  [36, [2, 1, 0]],
  [TYPE.dname, [0, 1, 0]],
]);
const SIZES: ReadonlyMap<number, number> = new Map([
  [TYPE.a, 4],
  [TYPE.aaaa, 16],
]);
/** Order and preference, then flags, services and a regular expression (RFC 3403 §4.1). */
const NAPTR_FIXED_BYTES = 4;
const NAPTR_TEXTS = 3;

/** Nothing for data that is not what its type says. */
export function readRecordData(message: Buffer, place: DataPlace): RecordData | undefined {
  const layout = toLayout(message, place);
  if (layout !== undefined) return readWithNames(message, place, layout);
  const { type, start, end } = place;
  const data = message.subarray(start, end);
  const size = SIZES.get(type);
  if (size !== undefined && data.length !== size) return undefined;
  if (type === TYPE.https || type === TYPE.svcb) {
    if (!isServiceData(data)) return undefined;
    return { data, target: readName(data, 2)?.name };
  }
  return { data, target: undefined };
}

function toLayout(message: Buffer, { type, start, end }: DataPlace): Layout | undefined {
  if (type !== TYPE.naptr) return LAYOUTS.get(type);
  let at = start + NAPTR_FIXED_BYTES;
  for (let text = 0; text < NAPTR_TEXTS && at < end; text += 1) at += 1 + (message[at] ?? 0);
  return [at - start, 1, 0];
}

function readWithNames(
  message: Buffer,
  { start, end }: DataPlace,
  [before, names, after]: Layout,
): RecordData | undefined {
  let at = start + before;
  if (at > end) return undefined;
  const parts = [message.subarray(start, at)];
  let target: string | undefined;
  for (let count = 0; count < names; count += 1) {
    const read = readName(message, at);
    if (read === undefined) return undefined;
    parts.push(toWireName(read.name));
    target = read.name;
    at = read.end;
  }
  if (at + after !== end) return undefined;
  parts.push(message.subarray(at, end));
  return { data: Buffer.concat(parts), target };
}
