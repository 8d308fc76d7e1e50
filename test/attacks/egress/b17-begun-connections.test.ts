/** B17: connections that were there before the guard. They live on and are told; they open nothing for others. */
import { type ChildProcess } from "node:child_process";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { shell, watchPod } from "../../e2e/watched-pod.ts";
import { createInternet, type Internet, type Machine } from "../../support/internet/internet.ts";
import type { Place } from "../../support/internet/place.ts";
import { requires } from "../../support/requires.ts";

const { internet: needed } = requires;
const ALLOWED = "198.51.100.10";
const UNLISTED = "198.51.100.66";
const EGRESS = { allow: [`${ALLOWED}:7`] };
const LIVES = "again\n";

describe.skipIf(!needed.available)(`connections of before the guard${needed.note}`, () => {
  let internet: Internet;
  let pod: Machine;
  beforeAll(async () => {
    internet = await createInternet();
    await internet.site("github.test", { ipv4: ALLOWED, ports: { 7: "tcp-echo" } });
    await internet.site("evil.test", { ipv4: UNLISTED, ports: { 7: ["tcp-echo", "udp-echo"] } });
  });
  afterAll(() => internet[Symbol.asyncDispose]());
  beforeEach(async () => {
    pod = await internet.pod({ ownProcesses: true });
    return () => pod[Symbol.asyncDispose]();
  });

  test("live on, of the pod and of containers, and are told as what they are", async () => {
    const talkers = [await talk(pod, [`tcp ${ALLOWED}`, `tcp ${UNLISTED}`, `udp ${UNLISTED}`])];
    const container = await pod.container();
    talkers.push(await talk(container, [`tcp ${UNLISTED}`, `udp ${UNLISTED}`]));
    const guard = await watchPod(pod, { egress: EGRESS });

    expect(await talkers[0]?.say()).toBe(LIVES.repeat(3));
    expect(await talkers[1]?.say()).toBe(LIVES.repeat(2));
    // At start, not when they end.
    expect(await guard.ask("finish")).toMatchObject({ status: 0 });
    const told = guard
      .report()
      .connections.filter(({ destination }) => destination.port === 7)
      .map((it) => `${it.network.transport} ${it.destination.ip} ${it.verdict}`);
    expect(told.toSorted()).toEqual([
      `tcp ${ALLOWED} allowed`,
      `tcp ${UNLISTED} would-block`,
      `udp ${UNLISTED} would-block`,
    ]);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("let no new connection through, not between the same ends either", async () => {
    const talker = await talk(pod, [`tcp ${UNLISTED} 40001`, `udp ${UNLISTED} 40001`]);
    const guard = await watchPod(pod, { egress: EGRESS });
    expect(await talker.say()).toBe(LIVES.repeat(2));
    await talker.end();

    const again = await talk(pod, [`tcp ${UNLISTED} 40001`, `tcp ${UNLISTED}`, `udp ${UNLISTED}`]);
    expect(await again.say()).toMatch(/^(?:\[Errno \d+\].*\n){3}$/);
    expect(await guard.stop()).toMatchObject({ status: 0 });
  });

  test("are none, where a job connects sockets and ends the guard", async () => {
    const first = await watchPod(pod, { egress: EGRESS });
    // To connect a socket for datagrams sends nothing, so nothing is refused.
    const talker = await talk(pod, [`connected ${UNLISTED}`, `tcp ${ALLOWED}`]);
    await first.kill();
    const second = await watchPod(pod, { egress: EGRESS });
    await internet.forget();

    expect(await talker.say()).toMatch(/^\[Errno \d+\].*\nagain\n$/);
    expect(await internet.capture.packets({ from: pod, to: UNLISTED })).toEqual([]);
    expect(await shell(pod, `curl -s -m 3 telnet://${UNLISTED}:7`)).toMatchObject({ status: 7 });
    expect(await second.stop()).toMatchObject({ status: 0 });
  });
});

interface Talker {
  /** Sends something over each of its connections; what was answered, or how it failed. */
  say(): Promise<string>;
  end(): Promise<void>;
}

/** Comes about when the connections stand. Each is `tcp ADDRESS [OWN PORT]`, `udp …`, or `connected …`, which says nothing. */
async function talk(place: Place, connections: readonly string[]): Promise<Talker> {
  const child = place.start(["python3", "-c", TALKER, ...connections]);
  expect(await readUntil(child, "end\n")).toBe("");
  return {
    say() {
      child.stdin?.write("again\n");
      return readUntil(child, "end\n");
    },
    async end() {
      child.stdin?.end();
      await new Promise((resolve) => {
        child.once("exit", resolve);
      });
    },
  };
}

function readUntil(child: ChildProcess, last: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let text = "";
  const read = (chunk: Buffer): void => {
    text += chunk.toString();
    if (!text.endsWith(last)) return;
    child.stdout?.off("data", read);
    resolve(text.slice(0, -last.length));
  };
  child.stdout?.on("data", read);
  child.once("exit", (status) => reject(new Error(`ended with ${status}: ${text}`)));
  return promise;
}

const TALKER = `
import socket, sys
def connect(text):
    kind, ip, *port = text.split()
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    s.settimeout(3)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # A reset at the end, so that the ports are free at once.
    if kind == "tcp": s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\\x01\\0\\0\\0\\0\\0\\0\\0")
    if port: s.bind(("", int(port[0])))
    try:
        s.connect((ip, 7))
        if kind != "connected": s.send(b"first"); s.recv(100)
    except OSError as e: s.close(); return e
    return s
sockets = [connect(text) for text in sys.argv[1:]]
print("end", flush=True)
for line in sys.stdin:
    for s in sockets:
        try:
            if isinstance(s, OSError): raise s
            s.send(b"again"); print(s.recv(100).decode())
        except OSError as e: print(e)
    print("end", flush=True)
for s in sockets:
    if not isinstance(s, OSError): s.close()
`;
