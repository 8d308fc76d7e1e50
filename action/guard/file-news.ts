/** Tells when something is written to a file, so that nobody has to look every few milliseconds. */
import { type FSWatcher, watch } from "node:fs";

export interface FileNews extends Disposable {
  /** Resolves with the next change from now on; never, where the system has no more watches to give. */
  next(): Promise<undefined>;
}

export function createFileNews(path: string): FileNews {
  let coming = Promise.withResolvers<undefined>();
  const watcher = tryWatch(path);
  watcher?.on("change", () => {
    coming.resolve(undefined);
    coming = Promise.withResolvers<undefined>();
  });
  // Who waits looks by itself now and then.
  watcher?.on("error", () => watcher.close());
  return {
    next: () => coming.promise,
    [Symbol.dispose]: () => watcher?.close(),
  };
}

function tryWatch(path: string): FSWatcher | undefined {
  try {
    return watch(path, { persistent: false });
  } catch {
    return undefined;
  }
}
