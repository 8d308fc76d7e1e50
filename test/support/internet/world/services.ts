import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest } from "node:http2";
import { connect, createServer, isIP, type Server, type Socket } from "node:net";
import { createSecureContext, createServer as createTlsServer } from "node:tls";
import { callbackify } from "node:util";

import dnsPacket from "dns-packet";

import type { Certificates } from "./certificates.ts";
import { answerStream, listenForDns, type DnsAnswerer } from "./dns-server.ts";
import { decodeMessage, type DnsZone } from "./dns-zone.ts";
import type { Listener } from "./messages.ts";
import { toCanonicalIp } from "./packet.ts";
import { toVersionNegotiation } from "./quic.ts";
import type { WorldRecord } from "./world-record.ts";

export interface Surroundings {
  readonly record: WorldRecord;
  readonly zone: DnsZone;
  readonly certificates: Certificates;
  readonly dns: DnsAnswerer;
}

type Request = IncomingMessage | Http2ServerRequest;
type Respond = (
  status: number,
  headers?: Readonly<Record<string, string>>,
  body?: string | Uint8Array,
) => void;

/** How much of what was sent is kept. */
const SAID_BYTES = 512;

export async function listen(listener: Listener, world: Surroundings): Promise<void> {
  const { ip, port, service } = listener;
  if (service === "udp-echo" || service === "quic") return listenForDatagrams(listener, world);
  if (service === "dns") return listenForDns(listener, world.dns);
  const server = await toServer(listener, world);
  server.listen(port, ip);
  await once(server, "listening");
}

async function toServer(listener: Listener, world: Surroundings): Promise<Server> {
  const { name, ip, service } = listener;
  if (service === "https") return createTls({ listener, subjects: [name, ip] }, world);
  if (service === "http" || service === "proxy") return createHttp(listener, world);
  return createServer((socket) => {
    if (service === "ssh") socket.write("SSH-2.0-OpenSSH_9.9\r\n");
    echo(socket, listener, world);
  });
}

/** Any name is served, with a certificate for it; `subjects` are for clients that name none. */
export async function createTls(
  { listener, subjects }: { readonly listener: Listener; readonly subjects: readonly string[] },
  world: Surroundings,
): Promise<Server> {
  const http = createHttp(listener, world);
  const http2 = createHttp2(listener, world);
  const server = createTlsServer({
    ...(await world.certificates.pairFor(...subjects)),
    ALPNProtocols: ["h2", "http/1.1", "dot"],
    SNICallback: callbackify(async (name: string) =>
      createSecureContext(await world.certificates.pairFor(name)),
    ),
  });
  server.on("secureConnection", (socket) => {
    if (socket.alpnProtocol === "dot" || listener.port === 853) {
      visit(listener, world, socket, "dns");
      return answerStream(socket, "tls", world.dns);
    }
    (socket.alpnProtocol === "h2" ? http2 : http).emit("connection", socket);
  });
  server.on("tlsClientError", () => undefined);
  return server;
}

/** Says who it is and what it was asked; `/bytes/N` sends that many, `/redirect?to=URL` sends there. */
export function createHttp(listener: Listener, world: Surroundings): Server {
  const server = createHttpServer((request, response) => {
    const respond: Respond = (status, headers = {}, body = "") => {
      response.writeHead(status, headers).end(body);
    };
    handle(request, respond, { listener, world });
  });
  server.on("connect", (request: IncomingMessage, socket: Socket) => {
    visit(listener, world, socket, `CONNECT ${request.url}`);
    if (listener.service === "proxy") passThrough(request.url ?? "", socket, world);
    else socket.end("HTTP/1.1 405 Method Not Allowed\r\n\r\n");
  });
  server.on("clientError", (_, socket) => socket.destroy());
  return server;
}

function createHttp2(listener: Listener, world: Surroundings): Server {
  const server = createHttp2Server((request, response) => {
    const respond: Respond = (status, headers = {}, body = "") => {
      response.writeHead(status, headers);
      response.end(body);
    };
    handle(request, respond, { listener, world });
  });
  return server.on("sessionError", () => undefined);
}

function handle(
  request: Request,
  respond: Respond,
  { listener, world }: { readonly listener: Listener; readonly world: Surroundings },
): void {
  request.on("error", () => undefined);
  const path = request.url ?? "/";
  const said = `${request.method} ${path}`;
  visit(listener, world, request.socket, said);
  const url = new URL(path, "http://any.test");
  if (url.pathname === "/dns-query") void answerDnsOverHttps(request, respond, world);
  else answerPath(request, respond, { url, said: `${listener.name} ${said}\n` });
}

function answerPath(
  request: Request,
  respond: Respond,
  { url, said }: { readonly url: URL; readonly said: string },
): void {
  const to = url.searchParams.get("to");
  if (url.pathname === "/redirect" && to !== null) return respond(302, { location: to });
  const [, bytes] = /^\/bytes\/(\d+)$/.exec(url.pathname) ?? [];
  const body = bytes === undefined ? said : Buffer.alloc(Number(bytes), "x");
  request.on("end", () => respond(200, { "content-type": "text/plain" }, body));
  request.resume();
}

/** RFC 8484: the message in the body, or in the query as base64url. */
async function answerDnsOverHttps(
  request: Request,
  respond: Respond,
  { dns }: Surroundings,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const inQuery = new URL(request.url ?? "/", "http://any.test").searchParams.get("dns");
  const message = inQuery === null ? Buffer.concat(chunks) : Buffer.from(inQuery, "base64url");
  const query = decodeMessage(message);
  const from = request.socket.remoteAddress ?? "";
  const answer = query && (await dns.answer(query, { transport: "https", from }));
  if (answer === undefined) return respond(400);
  const body = dnsPacket.encode(answer);
  const length = { "content-length": `${body.length}` };
  respond(200, { "content-type": "application/dns-message", ...length }, body);
}

function passThrough(target: string, socket: Socket, { zone }: Surroundings): void {
  const { hostname, port } = new URL(`http://${target}`);
  const host = hostname.replace(/^\[|\]$/g, "");
  const ip = isIP(host) > 0 ? host : zone.addressOf(host);
  if (ip === undefined) return void socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  const onward = connect(Number(port === "" ? "80" : port), ip, () => {
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    socket.pipe(onward).pipe(socket);
  });
  onward.on("error", () => socket.destroy());
  socket.on("error", () => onward.destroy());
}

function echo(socket: Socket, listener: Listener, world: Surroundings): void {
  socket.on("error", () => undefined);
  socket.once("data", (said: Buffer) => visit(listener, world, socket, toText(said)));
  socket.pipe(socket);
}

async function listenForDatagrams(listener: Listener, { record }: Surroundings): Promise<void> {
  const { name: server, ip, port, service } = listener;
  const socket = createSocket(ip.includes(":") ? "udp6" : "udp4");
  socket.on("message", (bytes, from) => {
    const said = toText(bytes);
    record.visit({ server, service, from: toPlainIp(from.address), to: { ip, port }, said });
    const reply = service === "quic" ? toVersionNegotiation(bytes) : bytes;
    if (reply !== undefined) socket.send(reply, from.port, from.address);
  });
  socket.bind(port, ip);
  await once(socket, "listening");
}

export function visit(
  listener: Listener,
  { record }: Surroundings,
  socket: Socket,
  said: string,
): void {
  const { name: server, service, ip, port } = listener;
  const serverName = serverNameOf(socket);
  record.visit({
    server,
    service,
    said,
    to: { ip, port },
    from: toPlainIp(socket.remoteAddress ?? ""),
    ...(serverName === undefined ? {} : { serverName }),
  });
}

/** Also of what HTTP/2 shows for its socket, which is no TLSSocket. */
function serverNameOf(socket: Socket): string | undefined {
  const name: unknown = Reflect.get(socket, "servername");
  return typeof name === "string" ? name : undefined;
}

export function toText(said: Buffer): string {
  return said.subarray(0, SAID_BYTES).toString("latin1");
}

/** Of a socket for both families, IPv4 peers have mapped addresses. */
export function toPlainIp(ip: string): string {
  return ip.startsWith("::ffff:") ? ip.slice("::ffff:".length) : toCanonicalIp(ip);
}
