/** Names and numbers as build logs hold them. */
import { ALPHANUMERIC, BASE64, HEX, type Random } from "../random.ts";

const NOUNS = [
  "parser",
  "stream",
  "policy",
  "config",
  "report",
  "worker",
  "kernel",
  "buffer",
  "socket",
  "packet",
  "schema",
  "client",
  "server",
  "cache",
  "queue",
  "logger",
  "router",
  "model",
  "index",
  "utils",
  "types",
  "vendor",
  "loader",
  "runtime",
  "encoder",
  "decoder",
  "scanner",
  "context",
  "handler",
] as const;
/** Words that a search for secrets looks at twice; honest logs hold them, though seldom. */
const SENSITIVE_NOUNS = [
  "token",
  "session",
  "password",
  "secret",
  "key",
  "auth",
  "credential",
] as const;
const NOUNS_FOR_A_SENSITIVE_ONE = 40;
const FOLDERS = [
  "src",
  "lib",
  "test",
  "packages/core",
  "packages/api",
  "internal",
  "cmd/server",
  "crates/engine/src",
  "app/models",
  "node_modules/.pnpm",
  "dist",
  "build/obj",
  "third_party/zlib",
  "src/main/java/com/example",
] as const;
const SENTENCES = [
  "refuses a request without an authorization header",
  "keeps the order of events",
  "returns 401 when the token has expired",
  "rejects a password that is too short",
  "writes nothing when the disk is full",
  "handles invalid UTF-8",
  "rotates the signing key",
  "renders the summary for a narrow terminal",
  "does not log the secret",
  "survives a reader that goes away",
  "merges default options with those given",
  "retries after a timeout",
  "parses an empty file",
] as const;

export const noun = (random: Random): string =>
  random.pick(random.below(NOUNS_FOR_A_SENSITIVE_ONE) === 0 ? SENSITIVE_NOUNS : NOUNS);
export const sentence = (random: Random): string => random.pick(SENTENCES);
export const packageName = (random: Random): string =>
  random.below(3) === 0
    ? `@${noun(random)}/${noun(random)}-${noun(random)}`
    : `${noun(random)}-${noun(random)}`;
export const version = (random: Random): string =>
  `${random.below(12)}.${random.below(30)}.${random.below(20)}`;
export const sha1 = (random: Random): string => random.text(HEX, 40);
export const sha256 = (random: Random): string => random.text(HEX, 64);
export const integrity = (random: Random): string => `sha512-${random.text(BASE64, 86)}==`;
export const milliseconds = (random: Random): string => `${random.below(900)}.${random.below(10)}`;
export const path = (random: Random, extension: string): string =>
  `${random.pick(FOLDERS)}/${noun(random)}/${noun(random)}-${noun(random)}.${extension}`;
export const position = (random: Random): string =>
  `${1 + random.below(900)}:${1 + random.below(80)}`;
export const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12].map((length) => random.text(HEX, length)).join("-");
export const identifier = (random: Random): string =>
  `${noun(random)}${noun(random).replace(/^./u, (letter) => letter.toUpperCase())}`;
/** As a bundler names things. */
export const shortName = (random: Random): string =>
  random.text(ALPHANUMERIC.slice(0, 52), 1 + random.below(2));
