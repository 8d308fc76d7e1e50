import { once } from "./once.ts";

const whole = once(() => new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 }));
const short = once(
  () => new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 }),
);
const KIBI = 1_024;
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

export function toWhole(value: number): string {
  return whole().format(value);
}

export function toShort(value: number): string {
  return value < 10_000 ? toWhole(value) : short().format(value);
}

/** `1 event`, `2 events`. */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${toWhole(value)} ${value === 1 ? one : many}`;
}

export function toBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= KIBI && unit < BYTE_UNITS.length - 1) {
    value /= KIBI;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${BYTE_UNITS[unit]}`;
}
