/** Lies between a client and a server, and passes on what it is told to. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface Way extends AsyncDisposable {
  readonly url: string;
  open(): void;
  /** Whoever comes is let in, and hears nothing. */
  hold(): void;
  /** Nobody is let in, and who was in is out. */
  close(): void;
  /** Who was in is thrown out at his next word. */
  cut(): void;
  /** Who was in hears nothing any more; whoever comes next does. */
  forget(): void;
}

export async function openWay(port: number): Promise<Way> {
  let state: "open" | "held" | "closed" = "open";
  const passages = new Set<readonly [Socket, Socket]>();
  /** Of those that are over, and do not know it. */
  const cut = new WeakSet<Socket>();
  const forgotten = new WeakSet<Socket>();
  const server = createServer((near) => {
    if (state === "closed") {
      near.destroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    const passage = [near, far] as const;
    passages.add(passage);
    const end = (): void => {
      near.destroy();
      far.destroy();
      passages.delete(passage);
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("error", end).on("close", end);
      from.on("data", (chunk) => {
        if (cut.has(from)) from.resetAndDestroy();
        else if (state === "open" && !forgotten.has(near)) to.write(chunk);
      });
    }
  });
  const throwOut = (): void => {
    for (const [near] of passages) near.resetAndDestroy();
  };
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `https://127.0.0.1:${address.port}`,
    open() {
      // What was held back would be missing.
      throwOut();
      state = "open";
    },
    hold() {
      state = "held";
    },
    close() {
      state = "closed";
      throwOut();
    },
    cut() {
      for (const [near] of passages) cut.add(near);
    },
    forget() {
      for (const [near] of passages) forgotten.add(near);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      throwOut();
      await once(server, "close");
    },
  };
}
