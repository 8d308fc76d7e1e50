import type { Socket } from "node:net";

export type ReadOutcome<Result> =
  | { readonly status: "taken"; readonly result: Result }
  /** The other end has ended, or the socket has failed, or nothing was taken in time. */
  | { readonly status: "ended" | "failed" | "late" };

interface ReadOptions<Result> {
  readonly timeoutMs: number;
  /** Gets all bytes in their order, and says when it has what it wants; `rest` goes back. */
  readonly take: (
    bytes: Buffer,
  ) => { readonly result: Result; readonly rest: Uint8Array } | undefined;
}

/** Reads a socket's beginning and leaves all that follows to whoever reads next: meanwhile it waits in the kernel. */
export function readBytes<Result>(
  socket: Socket,
  { timeoutMs, take }: ReadOptions<Result>,
): Promise<ReadOutcome<Result>> {
  const { promise, resolve } = Promise.withResolvers<ReadOutcome<Result>>();
  const finish = (outcome: ReadOutcome<Result>): void => {
    clearTimeout(timer);
    socket.off("readable", onReadable).off("end", onEnd).off("close", onClose);
    resolve(outcome);
  };
  const onEnd = (): void => finish({ status: "ended" });
  const onClose = (): void => finish({ status: "failed" });
  const onReadable = (): void => {
    for (let bytes = read(socket); bytes !== null; bytes = read(socket)) {
      const taken = take(bytes);
      if (taken === undefined) continue;
      // At once: later it would be too late if the other end has ended.
      if (taken.rest.length > 0) socket.unshift(taken.rest);
      finish({ status: "taken", result: taken.result });
      return;
    }
  };
  const timer = setTimeout(() => finish({ status: "late" }), timeoutMs).unref();
  if (socket.destroyed) onClose();
  else if (socket.readableEnded) onEnd();
  else socket.on("readable", onReadable).on("end", onEnd).on("close", onClose);
  return promise;
}

/** Without `setEncoding` a socket reads buffers. */
function read(socket: Socket): Buffer | null {
  const bytes: unknown = socket.read();
  return Buffer.isBuffer(bytes) ? bytes : null;
}
