/** A sink as the operator's file describes it, with files of secrets that are texts here. */
import type { SinkType } from "../../../../../collector/alerting/sink-type.ts";
import type { Sink } from "../../../../../collector/alerting/sink.ts";

export interface OpenSinkOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly writeLine?: (line: string) => void;
}

export function openSink(
  type: SinkType,
  config: Readonly<Record<string, unknown>>,
  { files = {}, writeLine = () => undefined }: OpenSinkOptions = {},
): Sink {
  return type.prepare({ type: type.type, ...config }).open({
    name: "sample",
    readSecret(file) {
      const text = files[file];
      if (text === undefined) throw new Error(`${file}: there is no such file`);
      return text;
    },
    writeLine,
    publicUrl: "https://guard.acme.example",
    now: () => Date.parse("2026-03-01T12:00:30.000Z"),
  });
}

/** Nothing was delivered before, and nobody ends it. */
export const FIRST = { reference: undefined, signal: new AbortController().signal };
