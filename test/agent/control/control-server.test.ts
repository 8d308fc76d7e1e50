import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { afterEach, describe, expect, test } from "vitest";

import { createFindPeer } from "../../../agent/commands/watch/find-peer.ts";
import { askGuard } from "../../../agent/control/control-client.ts";
import {
  type ControlHandlers,
  type ControlServer,
  createControlServer,
  DEFAULT_CONTROL_BOUNDS,
} from "../../../agent/control/control-server.ts";
import type { Peer } from "../../../agent/control/peer.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const ANOTHER_USER = 4_242;
const servers: { server: ControlServer; directory: string }[] = [];

afterEach(async () => {
  for (const { server, directory } of servers.splice(0)) {
    await server[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  }
});

describe("a request is answered when it is done", () => {
  test("each command reaches its handler", async () => {
    const { path, calls } = await start();

    expect(await askGuard(path, { command: "status" })).toEqual({ status: "done", result: 7 });
    expect(await askGuard(path, { command: "finish" })).toEqual({ status: "done" });
    expect(await askGuard(path, { command: "label", key: "a", value: "b" })).toEqual({
      status: "done",
    });
    expect(await askGuard(path, { command: "tighten", deny: ["x.example"] })).toEqual({
      status: "refused",
      reason: "not today",
    });
    expect(await askGuard(path, { command: "mask", value: "x y\nz" })).toEqual({ status: "done" });
    expect(calls).toEqual(["status", "finish", "label a=b", "tighten x.example", "mask x y\nz"]);
  });

  test("a refusal that quotes a secret is told without it", async () => {
    const { path } = await start({
      label: () => ({ status: "refused", reason: "hunter2secret is set already" }),
    });

    expect(await askGuard(path, { command: "label", key: "hunter2secret", value: "b" })).toEqual({
      status: "refused",
      reason: "MASKED is set already",
    });
  });

  test("everyone on the machine may ask", async () => {
    const { path } = await start();

    expect(statSync(path).mode & 0o777).toBe(0o666);
  });

  test("a peer that has closed its end still gets its answer, and needs no line end", async () => {
    const { path } = await start();
    const socket = connect({ path, allowHalfOpen: true });
    socket.end('{"command":"status"}');

    expect(await readAll(socket)).toBe('{"status":"done","result":7}\n');
  });

  test("a line in pieces is put together, and what comes after it is nobody's request", async () => {
    const { path, calls } = await start();
    const socket = connect({ path });
    for (const piece of ['{"comm', 'and":"sta', 'tus"}\n{"command":"finish"}\n']) {
      await write(socket, piece);
    }

    expect(await readAll(socket)).toBe('{"status":"done","result":7}\n');
    expect(calls).toEqual(["status"]);
  });

  test("a handler that fails is a refusal, and the next request is answered", async () => {
    const { path } = await start({
      finish: () => Promise.reject(new Error("the disk is full")),
    });

    expect(await askGuard(path, { command: "finish" })).toEqual({
      status: "refused",
      reason: "the guard failed at it: the disk is full",
    });
    expect(await askGuard(path, { command: "status" })).toHaveProperty("status", "done");
  });
});

describe("hostile peers", () => {
  test("who ask for a weaker guard are refused, counted and told of", async () => {
    const { path, loosening, calls, server } = await start();
    const answer = await ask(path, '{"command":"stop"}\n');

    expect(JSON.parse(answer)).toEqual({
      status: "refused",
      reason: expect.stringMatching(/^"stop" is refused: a running guard can be made stricter/),
    });
    expect(loosening).toEqual([{ pid: process.pid, userId: process.getuid?.() }]);
    expect(server.refused).toMatchObject({ requests: 1, loosening: 1 });
    expect(calls).toEqual([]);
  });

  test("who send nonsense get a refusal and are nobody's tampering", async () => {
    const { path, loosening } = await start();

    for (const nonsense of ["\n", "\0\0\0\n", "GET / HTTP/1.1\r\n\r\n", "\xff\xfe\n", "{}\n"]) {
      expect(JSON.parse(await ask(path, nonsense))).toHaveProperty("status", "refused");
    }
    expect(loosening).toEqual([]);
  });

  test("who send a line without end are cut off at the bound", async () => {
    const { path } = await start();
    const answer = await ask(path, "x".repeat(200_000));

    expect(JSON.parse(answer)).toEqual({
      status: "refused",
      reason: "a request has at most 65536 bytes",
    });
  });

  test("who send a byte now and then have no more time than others", async () => {
    const { path, server } = await start({}, { idleMs: 150 });
    const socket = connect(path);
    const drip = setInterval(() => socket.write(" "), 20);
    const started = performance.now();
    await readAll(socket);
    clearInterval(drip);

    expect(performance.now() - started).toBeLessThan(5_000);
    expect(server.refused.requests).toBe(0);
  });

  test("who take all places lose them to whoever comes after", async () => {
    const { path, server } = await start({}, { maxConnections: 4 });
    const idle = await Promise.all(Array.from({ length: 12 }, () => opened(path)));

    expect(await askGuard(path, { command: "status" })).toHaveProperty("status", "done");
    expect(server.refused.connections).toBeGreaterThanOrEqual(8);
    for (const socket of idle) socket.destroy();
  });

  test("who ask without pause are refused until they pause", async () => {
    const { path, calls } = await start({}, { requests: { burst: 3, perSecond: 0.001 } });
    const answers = [];
    for (let count = 0; count < 6; count += 1) {
      answers.push((await askGuard(path, { command: "status" })).status);
    }

    expect(answers).toEqual(["done", "done", "done", "refused", "refused", "refused"]);
    expect(calls).toHaveLength(3);
  });

  describe.skipIf(!root.available)(`of another user${root.note}`, () => {
    test("who take all places take none of those of others", async () => {
      const { path, server } = await start({}, { maxConnections: 4 });
      const own = await opened(path);
      using others = asAnotherUser(path, "for (let i = 0; i < 12; i += 1) connect(path)");
      await expect.poll(() => server.refused.connections).toBe(9);
      own.write('{"command":"status"}\n');

      expect(await readAll(own)).toBe('{"status":"done","result":7}\n');
      expect(others.child.exitCode).toBe(null);
    });

    test("who are more users than there are places keep no operator out", async () => {
      const { path, server } = await start({}, { maxConnections: 4 });
      const own = await opened(path);
      const users = Array.from({ length: 6 }, (_, index) => ANOTHER_USER + index);
      const others = users.map((user) => asAnotherUser(path, "connect(path)", user));
      try {
        await expect.poll(() => server.refused.connections).toBe(3);
        own.write('{"command":"status"}\n');

        expect(await readAll(own)).toBe('{"status":"done","result":7}\n');
      } finally {
        for (const other of others) other[Symbol.dispose]();
      }
    });

    test("who ask without pause keep no other from being heard", async () => {
      const { path, server } = await start({}, { requests: { burst: 3, perSecond: 0.001 } });
      using _ = asAnotherUser(
        path,
        `for (let i = 0; i < 6; i += 1) connect(path).end('{"command":"status"}\\n')`,
      );
      await expect.poll(() => server.refused.requests).toBe(3);

      expect(await askGuard(path, { command: "status" })).toHaveProperty("status", "done");
    });

    test("who ask for a weaker guard are named by the kernel's word", async () => {
      const { path, loosening } = await start();
      using other = asAnotherUser(path, `connect(path).end('{"command":"stop"}\\n')`);
      await expect.poll(() => loosening).toEqual([{ pid: other.child.pid, userId: ANOTHER_USER }]);
    });
  });

  test("who hang up at once harm nobody", async () => {
    const { path } = await start();
    for (let count = 0; count < 50; count += 1) {
      const socket = await opened(path);
      socket.write('{"command":"status"}\n');
      socket.destroy();
    }
    await expect
      .poll(async () => (await askGuard(path, { command: "status" })).status)
      .toBe("done");
  });
});

describe("the asking side says why nobody answers", () => {
  test("no socket", async () => {
    expect(await askGuard("/nonexistent/control.sock", { command: "status" })).toMatchObject({
      status: "unreachable",
      why: "no-socket",
    });
  });

  test("a guard that hangs up", async () => {
    const { path } = await start({}, { maxLineBytes: 65_536, idleMs: 1 });
    const asked = await askGuard(path, { command: "status" });

    expect(["done", "unreachable"]).toContain(asked.status);
  });
});

interface Started {
  readonly path: string;
  readonly server: ControlServer;
  readonly calls: string[];
  readonly loosening: (Peer | undefined)[];
}

async function start(
  handlers: Partial<ControlHandlers> = {},
  bounds: Partial<typeof DEFAULT_CONTROL_BOUNDS> = {},
): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), "guard-control-"));
  const path = join(directory, "control.sock");
  const calls: string[] = [];
  const loosening: (Peer | undefined)[] = [];
  const server = await createControlServer({
    path,
    findPeer: createFindPeer(),
    onRefused: (_, peer) => loosening.push(peer),
    bounds: { ...DEFAULT_CONTROL_BOUNDS, ...bounds },
    redact: (text) => text.replaceAll("hunter2secret", "MASKED"),
    handle: {
      async finish() {
        calls.push("finish");
        return { status: "done" };
      },
      status() {
        calls.push("status");
        return { status: "done", result: 7 };
      },
      label({ key, value }) {
        calls.push(`label ${key}=${value}`);
        return { status: "done" };
      },
      mask({ value }) {
        calls.push(`mask ${value}`);
        return { status: "done" };
      },
      async tighten({ deny }) {
        calls.push(`tighten ${deny.join()}`);
        return { status: "refused", reason: "not today" };
      },
      ...handlers,
    },
  });
  servers.push({ server, directory });
  return { path, server, calls, loosening };
}

/** A program that has `connect` and `path`, and stays until it is disposed of. */
function asAnotherUser(
  path: string,
  script: string,
  userId = ANOTHER_USER,
): Disposable & { readonly child: ChildProcess } {
  // Those of others may come in.
  chmodSync(dirname(path), 0o755);
  const user = ["--reuid", String(userId), "--regid", String(userId), "--clear-groups"];
  const source = `const { connect } = require("node:net"); const path = ${JSON.stringify(path)};
    process.on("uncaughtException", () => undefined); setInterval(() => undefined, 1000); ${script}`;
  const child = spawn("setpriv", [...user, "--", process.execPath, "-e", source]);
  return { child, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

async function ask(path: string, text: string): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.on("error", () => undefined);
  socket.write(Buffer.from(text, "latin1"));
  return readAll(socket);
}

function opened(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(path, () => resolve(socket));
  socket.on("error", reject);
  return promise;
}

function write(socket: Socket, text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.write(text, () => resolve());
  return promise;
}

function readAll(socket: Socket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => (text += chunk.toString()));
  socket.on("end", () => socket.destroy());
  socket.on("close", () => resolve(text));
  return promise;
}
