/** A kind of sink, as the operator's file names it by `type`. Implementations: sinks/, each in a folder of its own; sinks/sink-types.ts lists them. */
import type { z } from "zod";

import type { Sink } from "./sink.ts";

/** What a sink is given besides what the operator's file says of it. */
export interface SinkSurroundings {
  /** As the operator calls it: what the `Sink` is called. */
  readonly name: string;
  /**
   * The file's text without the line's end behind it, read again when the file changes. Throws `usage` where it cannot be read at
   * the first time, so read each when the sink is opened; afterwards what was read last is good while it cannot.
   */
  readonly readSecret: (file: string) => string;
  /** To standard output, with the line's end. */
  readonly writeLine: (line: string) => void;
  /** Under which people reach the collector, without a slash at the end. */
  readonly publicUrl: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface SinkType {
  readonly type: string;
  /** Told of what no route says otherwise: a pager of pages alone. */
  readonly usually: "pages" | "all";
  /** Of what the operator's file says of one. */
  readonly schema: z.ZodType;
  /** Throws `z.ZodError`. */
  prepare(config: unknown): PreparedSink;
}

export interface PreparedSink {
  /** Throws `usage`: a secret's file cannot be read, say. Holds nothing open but what `close` closes. */
  open(surroundings: SinkSurroundings): Sink;
}

interface SinkDefinition<Config> {
  readonly type: string;
  readonly usually: "pages" | "all";
  /** Strict, and with `type: z.literal(type)`. */
  readonly schema: z.ZodType<Config>;
  readonly open: (config: Config, surroundings: SinkSurroundings) => Sink;
}

export function defineSinkType<Config>(definition: SinkDefinition<Config>): SinkType {
  const { type, usually, schema, open } = definition;
  return {
    type,
    usually,
    schema,
    prepare(given) {
      const config = schema.parse(given);
      return { open: (surroundings) => open(config, surroundings) };
    },
  };
}
