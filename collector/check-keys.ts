import { CollectorError } from "./errors.ts";
import { type MasterKeys, toKeyCheck } from "./ingest/upload-key.ts";
import type { EventStore } from "./stores/event-store.ts";

/** Other keys than those that the events were signed with would end every run. */
export async function checkKeys(
  store: Pick<EventStore, "keepFact" | "findFact">,
  masterKeys: MasterKeys,
  dataDir: string,
): Promise<void> {
  for (const [index, key] of masterKeys.entries()) {
    const check = toKeyCheck(key);
    const kept = await store.keepFact(toCheckName(index), check).catch((error: unknown) => {
      throw new CollectorError("data-directory", `${dataDir}: nothing can be stored there`, {
        cause: error,
      });
    });
    if (kept !== check) throw toWrongKey(dataDir);
  }
  if (store.findFact(toCheckName(masterKeys.length)) !== undefined) throw toWrongKey(dataDir);
}

function toCheckName(index: number): string {
  return index === 0 ? "key-check" : `key-check-${index + 1}`;
}

function toWrongKey(dataDir: string): CollectorError {
  return new CollectorError(
    "data-directory",
    `${dataDir}: master.key is not the key of the events beside it; put back the one that was made with them`,
  );
}
