import type { BatchStore, WaitingBatch } from "./batch-store.ts";

/** Of a batch beside its content. */
const HEAD_BYTES = 200;

export function createMemoryStore(): BatchStore {
  const batches: WaitingBatch[] = [];
  let bytes = 0;
  return {
    kind: "memory",
    get length() {
      return batches.length;
    },
    get bytes() {
      return bytes;
    },
    append(batch) {
      batches.push(batch);
      bytes += HEAD_BYTES + batch.content.length;
      return "kept";
    },
    head: (index) => batches[index],
    read: (index) => batches[index]?.content,
    remove(index) {
      const [removed] = batches.splice(index, 1);
      if (removed) bytes -= HEAD_BYTES + removed.content.length;
    },
    note: () => undefined,
    noteTold: () => undefined,
    [Symbol.dispose]: () => undefined,
  };
}
