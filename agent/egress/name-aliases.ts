/** Names that an answer pointed at: who may reach a service may reach the host that SRV or HTTPS records name for it. */
export interface NameOrigin {
  /** A name that policy itself lists. */
  readonly origin: string;
  /** The only port that was pointed at, where one was named. */
  readonly port: number | undefined;
}

export interface NameAliases {
  remember(alias: string, origin: NameOrigin, untilMs: number): void;
  originsOf(alias: string, nowMs: number): readonly NameOrigin[];
}

export interface NameAliasBounds {
  readonly maxAliases: number;
  readonly maxOriginsPerAlias: number;
}

interface Entry extends NameOrigin {
  readonly untilMs: number;
}

export function createNameAliases(bounds: NameAliasBounds): NameAliases {
  const entries = new Map<string, readonly Entry[]>();
  return {
    remember(alias, { origin, port }, untilMs) {
      const others = (entries.get(alias) ?? []).filter(
        (entry) => entry.origin !== origin || entry.port !== port,
      );
      entries.delete(alias);
      entries.set(alias, [...others, { origin, port, untilMs }].slice(-bounds.maxOriginsPerAlias));
      if (entries.size <= bounds.maxAliases) return;
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    },
    originsOf: (alias, nowMs) =>
      (entries.get(alias) ?? []).filter(({ untilMs }) => untilMs > nowMs),
  };
}
