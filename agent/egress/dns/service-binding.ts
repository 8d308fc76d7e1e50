/** The data of SVCB and HTTPS records (RFC 9460 §2.2): priority, target, and parameters by number. */
import { toAddressText } from "./address-text.ts";
import { readName } from "./domain-name.ts";

export interface ServiceBinding {
  /** 0: an alias of the target. */
  readonly priority: number;
  /** The root, empty, stands for the record's own name. */
  readonly target: string;
  readonly port: number | undefined;
  readonly hints: readonly string[];
}

interface Parameter {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

const KEY = { mandatory: 0, port: 3, ipv4Hint: 4, ech: 5, ipv6Hint: 6 } as const;
const PRIORITY_BYTES = 2;
const IPV4_BYTES = 4;
const IPV6_BYTES = 16;

/** Strict: the target is not compressed, the parameters fill the rest and stand in rising order. */
export function isServiceData(data: Buffer): boolean {
  return readParameters(data) !== undefined;
}

export function readServiceBinding(data: Buffer): ServiceBinding | undefined {
  const parameters = readParameters(data);
  const target = readName(data, PRIORITY_BYTES)?.name;
  if (parameters === undefined || target === undefined) return undefined;
  const port = parameters.find(({ key, start, end }) => key === KEY.port && end - start === 2);
  return {
    priority: data.readUInt16BE(0),
    target,
    port: port && data.readUInt16BE(port.start),
    hints: parameters.flatMap((parameter) => readHints(data, parameter)),
  };
}

/**
 * Without the keys for encrypting the name of the server in TLS (parameter 5), so that the name can be seen. Nothing where
 * there are none.
 */
export function withoutEch(data: Buffer): Buffer | undefined {
  const parameters = readParameters(data) ?? [];
  const [first] = parameters;
  if (first === undefined || parameters.every(({ key }) => key !== KEY.ech)) return undefined;
  const kept = parameters.flatMap((parameter) => {
    if (parameter.key === KEY.ech) return [];
    const value = data.subarray(parameter.start, parameter.end);
    if (parameter.key === KEY.mandatory) return toMandatory(value);
    return [data.subarray(parameter.start - 4, parameter.end)];
  });
  return Buffer.concat([data.subarray(0, first.start - 4), ...kept]);
}

/** The list of parameters that a client must understand, without ech; it must not be empty (RFC 9460 §8). */
function toMandatory(value: Buffer): Buffer[] {
  const keys: number[] = [];
  for (let at = 0; at + 2 <= value.length; at += 2) {
    const key = value.readUInt16BE(at);
    if (key !== KEY.ech) keys.push(key);
  }
  if (keys.length === 0) return [];
  const bytes = Buffer.alloc(4 + keys.length * 2);
  bytes.writeUInt16BE(KEY.mandatory, 0);
  bytes.writeUInt16BE(keys.length * 2, 2);
  for (const [index, key] of keys.entries()) bytes.writeUInt16BE(key, 4 + index * 2);
  return [bytes];
}

function readParameters(data: Buffer): Parameter[] | undefined {
  const targetEnd = endOfPlainName(data);
  if (targetEnd === undefined) return undefined;
  const parameters: Parameter[] = [];
  let lastKey = -1;
  let at = targetEnd;
  while (at < data.length) {
    if (at + 4 > data.length) return undefined;
    const key = data.readUInt16BE(at);
    const start = at + 4;
    const end = start + data.readUInt16BE(at + 2);
    if (key <= lastKey || end > data.length) return undefined;
    parameters.push({ key, start, end });
    lastKey = key;
    at = end;
  }
  return parameters;
}

function endOfPlainName(data: Buffer): number | undefined {
  let at = PRIORITY_BYTES;
  for (;;) {
    const size = data[at];
    if (size === undefined || size > 63) return undefined;
    at += 1 + size;
    if (size === 0) return readName(data, PRIORITY_BYTES)?.end;
  }
}

function readHints(data: Buffer, { key, start, end }: Parameter): string[] {
  const size = toHintBytes(key);
  const hints: string[] = [];
  if (size === undefined || (end - start) % size !== 0) return hints;
  for (let at = start; at < end; at += size)
    hints.push(toAddressText(data.subarray(at, at + size)));
  return hints;
}

function toHintBytes(key: number): number | undefined {
  if (key === KEY.ipv4Hint) return IPV4_BYTES;
  return key === KEY.ipv6Hint ? IPV6_BYTES : undefined;
}
