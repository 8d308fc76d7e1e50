/** Secrets of our own making, as different as those that people have, and the ways in which they end up in a log. */
import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";

export interface Planted {
  /** Of the variable that holds it. */
  readonly name: string;
  readonly value: string;
}

const RANDOM_BYTES = 24;

/** No two runs have the same. */
const MAKERS: readonly (() => string)[] = [
  () => random().toString("hex"),
  () => random().toString("base64"),
  () => random().toString("base64url"),
  () => `ghp_${letters(36)}`,
  () => `glpat-${letters(20)}`,
  () => `pass word with blanks ${letters(8)}`,
  () => `p@ss/w0rd?&=+%${letters(8)}#!`,
  () => `"quoted'${letters(10)}\`$HOME\\n<&>`,
  () => `geheim-äöü-漢字-${letters(8)}`,
  () => `https://user:${letters(20)}@git.example/repository.git`,
];

/** As many as there are makers, again and again, until there are `count`. */
export function plantSecrets(count: number): Planted[] {
  return Array.from({ length: count }, (_, index) => {
    const make = MAKERS[index % MAKERS.length] ?? random;
    return { name: `PLANTED_${index}_TOKEN`, value: make().toString() };
  });
}

/** The value as it stands in a log that somebody was careless, or clever, with. */
export function toWritings(value: string): Map<string, Buffer> {
  const bytes = Buffer.from(value);
  const base64 = bytes.toString("base64");
  return new Map([
    ["plain", bytes],
    ["base64", Buffer.from(base64)],
    ["base64 behind one byte", Buffer.from(Buffer.from(`x${value}`).toString("base64"))],
    ["base64 behind two bytes", Buffer.from(Buffer.from(`xy${value}`).toString("base64"))],
    ["base64 of base64", Buffer.from(Buffer.from(base64).toString("base64"))],
    ["base64url", Buffer.from(bytes.toString("base64url"))],
    ["hex", Buffer.from(bytes.toString("hex"))],
    ["hex in capitals", Buffer.from(bytes.toString("hex").toUpperCase())],
    ["URL", Buffer.from(encodeURIComponent(value))],
    ["JSON", Buffer.from(JSON.stringify(value).slice(1, -1))],
    ["reversed", Buffer.from(Array.from(value).toReversed().join(""))],
    ["UTF-16", Buffer.from(value, "utf16le")],
    ["gzip in base64", Buffer.from(gzipSync(bytes).toString("base64"))],
  ]);
}

/** Which of the secrets, in which writing, stand in these bytes. */
export function findPlanted(secrets: readonly Planted[], bytes: Uint8Array): string[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return secrets.flatMap(({ name, value }) =>
    [...toWritings(value)]
      .filter(([, writing]) => all.includes(writing))
      .map(([how]) => `${name}: ${how}`),
  );
}

function random(): Buffer {
  return randomBytes(RANDOM_BYTES);
}

function letters(count: number): string {
  return random().toString("base64").replaceAll(/[+/=]/g, "Q").padEnd(count, "7").slice(0, count);
}
