import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";

import { describe, expect, test } from "vitest";

import { SYSLOG } from "../../../../../collector/alerting/sinks/syslog/syslog-sink.ts";
import { makeCertificate } from "../support/http-stand-in.ts";
import { FIRST, openSink } from "../support/open-sink.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";
import { parseSyslog, type SyslogMessage } from "./parse-syslog.ts";

const hostile = { ...SAMPLE, incident: HOSTILE_INCIDENT };

interface Receiver extends AsyncDisposable {
  readonly port: number;
  readonly messages: readonly SyslogMessage[];
}

/** Each message has its length before it: RFC 6587, 3.4.1. */
async function receive(server: Server, event: string): Promise<Receiver> {
  const messages: SyslogMessage[] = [];
  server.on(event, (socket: Socket) => {
    const chunks: Buffer[] = [];
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", () => {
      let left = Buffer.concat(chunks);
      while (left.length > 0) {
        const length = Number(/^([1-9]\d*) /.exec(left.toString("latin1", 0, 12))?.[1]);
        const begin = String(length).length + 1;
        messages.push(parseSyslog(left.subarray(begin, begin + length)));
        left = left.subarray(begin + length);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    messages,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

describe.each(["text", "ecs"])("%s", (content) => {
  test("goes over TLS", async () => {
    const { certificate, key } = makeCertificate();
    const server = createTlsServer({ cert: certificate, key });
    await using receiver = await receive(server, "secureConnection");
    const config = { host: "127.0.0.1", port: receiver.port, caFile: "ca", content };
    const sink = openSink(SYSLOG, config, { files: { ca: certificate } });

    expect(await sink.deliver(SAMPLE, FIRST)).toEqual({ status: "delivered" });
    expect(await sink.deliver(hostile, FIRST)).toEqual({ status: "delivered" });

    expect(receiver.messages).toMatchObject([
      { facility: 13, severity: 2, parameters: { incident: SAMPLE.incident.id } },
      { facility: 13, parameters: { incident: SAMPLE.incident.id } },
    ]);
  });

  test("goes over TCP on this machine", async () => {
    await using receiver = await receive(createServer(), "connection");
    const sink = openSink(SYSLOG, {
      host: "127.0.0.1",
      port: receiver.port,
      transport: "tcp",
      facility: "local3",
      content,
    });

    expect(await sink.deliver(hostile, FIRST)).toEqual({ status: "delivered" });
    expect(receiver.messages).toMatchObject([{ facility: 19 }]);
  });

  test("goes as a datagram on this machine", async () => {
    const socket = createSocket("udp4");
    socket.bind(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address();
    const came = once(socket, "message");
    const sink = openSink(SYSLOG, { host: "127.0.0.1", port, transport: "udp", content });

    expect(await sink.deliver(hostile, FIRST)).toEqual({ status: "delivered" });
    const [bytes]: Buffer[] = await came;
    socket.close();

    expect(parseSyslog(bytes ?? Buffer.alloc(0))).toMatchObject({ facility: 13 });
    expect(bytes?.length).toBeLessThanOrEqual(2_048);
  });
});

test("a receiver that resets the connection has not taken it", async () => {
  const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
  await using receiver = await receive(server, "none");
  const config = { host: "127.0.0.1", port: receiver.port, transport: "tcp" };

  expect(await openSink(SYSLOG, config).deliver(SAMPLE, FIRST)).toEqual({
    status: "retryable",
    reason: "127.0.0.1 could not be sent it: ECONNRESET",
  });
});

test("nobody who cannot prove to be the receiver is sent anything", async () => {
  const [known, other] = [makeCertificate(), makeCertificate()];
  const server = createTlsServer({ cert: other.certificate, key: other.key });
  await using receiver = await receive(server, "secureConnection");
  const sink = openSink(
    SYSLOG,
    { host: "127.0.0.1", port: receiver.port, caFile: "ca" },
    { files: { ca: known.certificate } },
  );

  expect(await sink.deliver(SAMPLE, FIRST)).toMatchObject({ status: "retryable" });
  expect(receiver.messages).toEqual([]);
});

test.each([
  [{ transport: "udp" }, "datagrams get lost"],
  [{ transport: "tcp" }, "in clear it goes to this machine alone"],
  [{ facility: "kern" }, "none of user, auth"],
  [{ host: "a b" }, "no name or address of a host"],
])("%o is refused", (config, reason) => {
  expect(() => SYSLOG.prepare({ type: "syslog", host: "siem.example", ...config })).toThrow(reason);
});
