/** What policy denied, by tenant and hour: gathered over a transaction, as what jobs use is. */
import type { DatabaseSync } from "node:sqlite";

import type { UseName } from "./pack-batch.ts";

export interface DenialWrites {
  add(from: Told, use: UseName, count: number): void;
  write(): void;
  forget(): void;
}

interface Told {
  readonly tenant: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

interface Denial {
  readonly key: readonly [tenant: string, hour: number, subject: string, verdict: string];
  count: number;
}

const HOUR_MS = 3_600_000;
/** Longer than anything shows: 400 days of 24 hours, with four rows each. */
const KEPT_HOURS = 9_600;
const MAX_COUNT = Number.MAX_SAFE_INTEGER;
/** Where the verdict stands in a row's key: whatever is allowed is no denial. */
const VERDICT_OF = { destinations: 4, names: 2 } as const;
const SUBJECT_OF = { destinations: "connection", names: "name" } as const;

export function createDenialWrites(database: DatabaseSync): DenialWrites {
  const add = database.prepare(`
    INSERT INTO denials (tenant, hour, subject, verdict, count) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = min(count + excluded.count, ${MAX_COUNT})`);
  const forgetOld = database.prepare("DELETE FROM denials WHERE tenant = ? AND hour < ?");
  const waiting = new Map<string, Denial>();
  return {
    add({ tenant, receivedAt }, { table, key }, count) {
      if (table === "programs") return;
      const verdict = String(key[VERDICT_OF[table]]);
      if (verdict === "allowed") return;
      const hour = Math.floor(receivedAt / HOUR_MS);
      const parts = [tenant, hour, SUBJECT_OF[table], verdict] as const;
      const name = JSON.stringify(parts);
      const known = waiting.get(name);
      if (known === undefined) waiting.set(name, { key: parts, count });
      else known.count = Math.min(known.count + count, MAX_COUNT);
    },
    write() {
      for (const { key, count } of waiting.values()) {
        add.run(...key, count);
        forgetOld.run(key[0], key[1] - KEPT_HOURS);
      }
    },
    forget: () => waiting.clear(),
  };
}
