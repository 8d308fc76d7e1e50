import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import { COMPILE_CACHE } from "../compile-cache.ts";
import type { WorldAnswers, WorldRequest } from "./world/messages.ts";

export interface WorldClient extends AsyncDisposable {
  ask<K extends WorldRequest["kind"]>(
    request: Extract<WorldRequest, { kind: K }>,
  ): Promise<WorldAnswers[K]>;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

const PROGRAM = join(import.meta.dirname, "world/main.ts");

export async function startWorld(options: {
  readonly network: string;
  readonly folder: string;
  readonly capture: boolean;
}): Promise<WorldClient> {
  const { network, folder, capture } = options;
  const child = spawn(
    "nsenter",
    [`--net=${network}`, process.execPath, PROGRAM, folder, capture ? "yes" : "no"],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      serialization: "advanced",
      env: {
        PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        NODE_COMPILE_CACHE: COMPILE_CACHE,
      },
    },
  );
  return createWorldClient(child);
}

async function createWorldClient(child: ChildProcess): Promise<WorldClient> {
  const waiting = new Map<number, (reply: Reply) => void>();
  const answer = async (id: number): Promise<unknown> => {
    const { error, result } = await new Promise<Reply>((resolve) => waiting.set(id, resolve));
    if (error !== undefined) throw new Error(`the internet: ${error}`);
    return result;
  };
  child.on("message", (reply: Reply) => {
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  child.on("exit", (status) => {
    for (const [id, resolve] of waiting) resolve({ id, error: `ended with ${status}` });
  });
  let nextId = 1;
  await answer(0);
  return {
    async ask(request) {
      const id = nextId;
      nextId += 1;
      const pending = answer(id);
      child.send({ id, request });
      // Both ends are of the same checkout, so what comes back is what `WorldAnswers` says.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return (await pending) as WorldAnswers[typeof request.kind];
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
