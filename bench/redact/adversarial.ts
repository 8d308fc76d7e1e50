/** Inputs made to cost as much as they can: floods of what a search stops at, and of what nearly is a secret. */
import { gzipSync } from "node:zlib";

import { ALPHANUMERIC, BASE64, BASE64URL, createRandom, HEX, type Random } from "./random.ts";

interface Hostile {
  readonly name: string;
  /** Filled up with itself, over and over. */
  readonly unit: (material: Material) => string | Buffer;
}

interface Material {
  readonly random: Random;
  /** One of the values that the search knows. */
  readonly knownValue: string;
}

const SEED = 7;
/** As long as a line may be before anybody wonders. */
const LONG_LINE = 1_000_000;
const PREFIXES = [
  "ghp_",
  "ghs_",
  "github_pat_",
  "glpat-",
  "npm_",
  "pypi-",
  "AKIA",
  "AIza",
  "xoxb-",
  "sk_live_",
  "sk-ant-",
  "SG.",
  "hvs.",
  "dckr_pat_",
  "eyJ",
  "://",
  "https://a:",
  "password=",
  "password: ",
  "token=",
  "secret_key=",
  '"api_key":"',
  "Bearer ",
  "Authorization: Basic ",
  "Cookie: a=",
  "AccountKey=",
  "Password=",
  "-----BEGIN ",
  "-----BEGIN PRIVATE KEY-----",
  "::add-mask::",
  "%41",
  "%25",
  "\\u0041",
  "\\x41",
  "&#65;",
  "=41=",
  "%2541",
  "%41 &#65; \\x41 =41=41 ",
  "H4sI",
  "isSecret",
  '"isSecret":true,',
  "password_x=",
  "Authorization: Digest response=",
  "mysql -p",
  '"auth":"',
] as const;

const floods: readonly Hostile[] = PREFIXES.map((prefix) => ({
  name: `flood of ${prefix.trim()}`,
  unit: () => `${prefix.repeat(Math.ceil(LONG_LINE / prefix.length))}\n`,
}));

/** Each misses by what comes last, or by what never comes. */
const nearMisses: readonly Hostile[] = [
  { name: "tokens one short", unit: ({ random }) => `ghp_${random.text(ALPHANUMERIC, 35)}!` },
  {
    name: "token without end",
    unit: ({ random }) => `ghp_${random.text(ALPHANUMERIC, LONG_LINE)}\n`,
  },
  {
    name: "header of a JWT without more",
    unit: ({ random }) => `eyJ${random.text(BASE64URL, LONG_LINE)}\n`,
  },
  { name: "JWT of many dots", unit: () => `eyJ${"a.".repeat(LONG_LINE / 2)}\n` },
  {
    name: "user without host",
    unit: ({ random }) => `https://${random.text(ALPHANUMERIC, LONG_LINE)}\n`,
  },
  { name: "user and colons without host", unit: () => `https://${"a:".repeat(LONG_LINE / 2)}\n` },
  { name: "quote that never closes", unit: () => `password="${"a ".repeat(LONG_LINE / 2)}\n` },
  { name: "quotes of quotes", unit: () => `password='${`\\"\\'`.repeat(LONG_LINE / 4)}\n` },
  { name: "assignments of assignments", unit: () => "password=token=secret=" },
  { name: "names without value", unit: () => `${"api_key_".repeat(LONG_LINE / 8)}\n` },
  {
    name: "key that never ends",
    unit: ({ random }) =>
      `-----BEGIN RSA PRIVATE KEY-----\n${`${random.text(BASE64, 64)}\n`.repeat(10_000)}`,
  },
  {
    name: "sequence that never ends",
    unit: ({ random }) => `\u001b]0;${random.text(ALPHANUMERIC, LONG_LINE)}`,
  },
  { name: "colour of many numbers", unit: () => `\u001b[${"1;".repeat(LONG_LINE / 2)}\n` },
  { name: "coloured letters", unit: () => "\u001b[31mg\u001b[0m\u001b[32mh\u001b[0mp_" },
  { name: "known value without its last byte", unit: ({ knownValue }) => knownValue.slice(0, -1) },
  {
    name: "the same in base64",
    unit: ({ knownValue }) => Buffer.from(knownValue.slice(0, -1)).toString("base64"),
  },
  {
    name: "the same in hex",
    unit: ({ knownValue }) => Buffer.from(knownValue.slice(0, -1)).toString("hex"),
  },
];

const runs: readonly Hostile[] = [
  {
    name: "base64 of chance, one line",
    unit: ({ random }) => `${random.text(BASE64, LONG_LINE)}\n`,
  },
  {
    name: "base64 of text, one line",
    unit: ({ random }) => `${encode(toProse(random, LONG_LINE), 1)}\n`,
  },
  {
    name: "base64 of base64 of base64 of text",
    unit: ({ random }) => `${encode(toProse(random, 400_000), 3)}\n`,
  },
  { name: "base64 in short runs", unit: ({ random }) => `${encode(toProse(random, 30), 1)} ` },
  { name: "base64 in the shortest runs", unit: () => `${encode("words of log", 1)} ` },
  {
    name: "base64 of base64 in short runs",
    unit: ({ random }) => `${encode(`${encode(toProse(random, 30), 1)} `, 1)} `,
  },
  {
    name: "gzip in short runs",
    unit: ({ random }) => `${gzipSync(toProse(random, 60)).toString("base64")} `,
  },
  {
    name: "gzip of zeros in short runs",
    unit: () => `${gzipSync(Buffer.alloc(100_000)).toString("base64")} `,
  },
  { name: "zlib that is none", unit: () => "eJwAAAAAAAAAAAAAAAA " },
  { name: "base64, wrapped", unit: ({ random }) => `${random.text(BASE64, 76)}\n` },
  { name: "hex of chance", unit: ({ random }) => `${random.text(HEX, LONG_LINE)}\n` },
  {
    name: "hex of text",
    unit: ({ random }) => `${Buffer.from(toProse(random, LONG_LINE / 2)).toString("hex")}\n`,
  },
  {
    name: "percent of text",
    unit: ({ random }) => `${toPercent(toProse(random, LONG_LINE / 3))}\n`,
  },
  { name: "one letter", unit: () => `${"a".repeat(LONG_LINE)}!\n` },
  { name: "brackets", unit: () => "(((((((([[[[[[[[{{{{{{{{" },
  { name: "newlines", unit: () => "\n" },
  { name: "carriage returns", unit: () => "\r" },
  { name: "empty bytes", unit: () => Buffer.alloc(4_096) },
  { name: "no UTF-8", unit: () => Buffer.alloc(4_096, 0xff) },
  {
    name: "UTF-16",
    unit: ({ random }) => Buffer.from(`ghp_${random.text(ALPHANUMERIC, 30)}\n`, "utf16le"),
  },
  {
    name: "bytes of chance",
    unit: ({ random }) =>
      Buffer.from(
        random.text("\u0000\u0001\u001b\u007f\u0080\u00ff\n\r\t aZ0%=:/", LONG_LINE),
        "latin1",
      ),
  },
];

export const HOSTILE: readonly Hostile[] = [...floods, ...nearMisses, ...runs];

/** So many bytes of it. */
export function makeHostile({ unit }: Hostile, bytes: number, knownValue: string): Buffer {
  const piece = Buffer.from(unit({ random: createRandom(SEED), knownValue }));
  const whole = Buffer.allocUnsafe(bytes);
  for (let at = 0; at < bytes; at += piece.length) piece.copy(whole, at);
  return whole;
}

function encode(text: string, times: number): string {
  return times === 0 ? text : encode(Buffer.from(text).toString("base64"), times - 1);
}

function toProse(random: Random, length: number): string {
  const words = ["the ", "build ", "of ", "password ", "is ", "done: ", "token=", "a/b "] as const;
  let text = "";
  while (text.length < length) text += random.pick(words);
  return text.slice(0, length);
}

function toPercent(text: string): string {
  return Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
}
