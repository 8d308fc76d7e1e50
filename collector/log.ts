/**
 * The log, by pino: lines of JSON, or lines for people where a terminal reads them. What agents and strangers send is in it as text without
 * anything that a terminal obeys, and cut off; tokens and keys are nowhere.
 */
import pino from "pino";

import { toVisibleText } from "./visible-text.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

export interface CollectorLog {
  /** Whether that would be written: what costs is not made for nothing. */
  has(level: LogLevel): boolean;
  write(level: LogLevel, message: string, fields?: LogFields): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly isTerminal: boolean;
  /** A line with its end. */
  readonly writeLine: (line: string) => void;
}

/** A reason, a path or a name is shorter; a megabyte is an attack on whoever reads. */
const MAX_CHARACTERS = 500;
/** Whatever a member of this name would hold is none of the log's. */
const SECRET = ["token", "authorization", "uploadKey", "masterKey", "claim", "key", "proof", "mac"];
const BEARER = /\b(bearer|basic)\s+\S+/gi;

export const SILENT_LOG: CollectorLog = { has: () => false, write: () => undefined };

export function createLog({ level, isTerminal, writeLine }: LogOptions): CollectorLog {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...SECRET], censor: "[not told]" },
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => writeLine(isTerminal ? toReadable(line) : line) },
  );
  return {
    has: (asked) => logger.isLevelEnabled(asked),
    write(of, message, fields = {}) {
      if (logger.isLevelEnabled(of)) logger[of](toPlain(fields), toPlainText(message));
    },
  };
}

function toPlain(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? toPlainText(value) : value,
    ]),
  );
}

function toPlainText(text: string): string {
  const cut = text.slice(0, MAX_CHARACTERS + 1);
  return toVisibleText(cut.replaceAll(BEARER, "$1 [not told]"), MAX_CHARACTERS);
}

/** Of a line that was just made: `12:00:00 info  run began  run=… tenant=…`. */
function toReadable(line: string): string {
  const { level, time, msg, ...fields } = Object.fromEntries(Object.entries(JSON.parse(line)));
  const rest = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const clock = String(time).slice("2026-01-31T".length, -"Z".length);
  return `${[clock, String(level).padEnd("error".length), msg, ...rest].join(" ")}\n`;
}
