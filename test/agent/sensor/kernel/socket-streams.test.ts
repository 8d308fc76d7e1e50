import { once } from "node:events";
import { createServer } from "node:net";

import { describe, expect, test } from "vitest";

import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;

describe.skipIf(!bpf.available)(`a standard stream that is a socket${bpf.note}`, () => {
  test("of the internet is told from a pair of this machine's", async () => {
    const server = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const script = `exec 3<>/dev/tcp/127.0.0.1/${port}; /bin/true <&3; /bin/true`;
    const observed = await observeCommand(["/bin/bash", "-c", script]);
    server.close();
    const [bash, connected] = ofKind(observed, "exec");
    expect(connected?.stdin).toMatchObject({ type: "socket", family: "ipv4", connected: true });
    // What Node calls a pipe.
    expect(bash?.stdout).toMatchObject({ type: "socket", family: "unix", connected: true });
  });

  test("that listens has no peer", async () => {
    const script =
      "import os,socket; s=socket.socket(socket.AF_INET6); s.listen(); os.dup2(s.fileno(),0); os.execv('/bin/true',['true'])";
    const observed = await observeCommand(["/usr/bin/python3", "-c", script]);
    expect(ofKind(observed, "exec").at(-1)?.stdin).toMatchObject({
      type: "socket",
      family: "ipv6",
      connected: false,
    });
  });
});
