/** What is to be written, until it is said that it was. */
import type { DetectionWrite, FromDetection, ToDetection } from "./thread-messages.ts";

/** Nobody's fault but the disk's, or the end's: it may be tried again. */
export class NotWritten extends Error {
  override readonly name = "NotWritten";
}

export interface WriteRequests {
  /** Rejects where something of it could not be written. */
  write(writes: readonly DetectionWrite[]): Promise<void>;
  settle(answer: Extract<ToDetection, { readonly kind: "written" }>): void;
  /** Nobody answers any more. */
  end(): void;
}

export function createWriteRequests(post: (message: FromDetection) => void): WriteRequests {
  const waiting = new Map<number, PromiseWithResolvers<void>>();
  let last = 0;
  let isEnded = false;
  return {
    write(writes) {
      if (isEnded) return Promise.reject(toEndError());
      last += 1;
      const promise = Promise.withResolvers<void>();
      waiting.set(last, promise);
      post({ kind: "write", number: last, writes });
      return promise.promise;
    },
    settle({ number, fault }) {
      const asked = waiting.get(number);
      waiting.delete(number);
      if (fault === undefined) asked?.resolve();
      else asked?.reject(new NotWritten(fault));
    },
    end() {
      isEnded = true;
      for (const { reject } of waiting.values()) reject(toEndError());
      waiting.clear();
    },
  };
}

function toEndError(): NotWritten {
  return new NotWritten("the collector ends");
}
