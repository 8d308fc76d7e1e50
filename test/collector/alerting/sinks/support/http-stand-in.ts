/** A server on loopback that somebody's rules answer for, over TLS or without. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import {
  createServer as createHttpServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type AnswerRequest = (received: Received, response: ServerResponse) => void;

export interface HttpStandIn extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly address: string;
  readonly received: readonly Received[];
}

export interface TlsStandIn extends HttpStandIn {
  /** PEM. */
  readonly authorities: string;
}

export async function startHttp(answer: AnswerRequest): Promise<HttpStandIn> {
  return await listen(createHttpServer(), "http", answer);
}

/** With a certificate that nobody knows but who is given `authorities`. */
export async function startTls(answer: AnswerRequest): Promise<TlsStandIn> {
  const { certificate, key } = makeCertificate();
  const server = createHttpsServer({ cert: certificate, key });
  return Object.assign(await listen(server, "https", answer), { authorities: certificate });
}

async function listen(server: Server, scheme: string, answer: AnswerRequest): Promise<HttpStandIn> {
  const received: Received[] = [];
  server.on("request", (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(one);
      answer(one, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    address: `${scheme}://127.0.0.1:${address.port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** In PEM, of 127.0.0.1. */
export function makeCertificate(): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
  try {
    const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
    const words =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=stand-in -addext subjectAltName=IP:127.0.0.1";
    const made = spawnSync("openssl", [...words.split(" "), "-out", certificate, "-keyout", key]);
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
    return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
