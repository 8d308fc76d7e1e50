/** Somebody who vouches for agents: a server with TLS, keys of its own, and tokens that are what the test wants them to be. */
import { spawnSync } from "node:child_process";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Claims = Readonly<Record<string, unknown>>;
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export class TestIssuer implements AsyncDisposable {
  readonly #server: Server;
  readonly #folder: string;
  readonly #answers = new Map<string, Answer>();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  keys: SigningKey[] = [newKey("first")];

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    server.on("request", (request, response) => {
      const path = new URL(request.url ?? "", "https://issuer").pathname;
      this.asked.push(path);
      const answer = this.#answers.get(path);
      if (answer === undefined) response.writeHead(404).end("{}");
      else answer(request, response);
    });
    this.answer("/.well-known/jwks", (_, response) => response.end(this.keySet()));
  }

  static async start(): Promise<TestIssuer> {
    const folder = mkdtempSync(join(tmpdir(), "issuer-"));
    makeCertificate(folder);
    const server = createServer({
      cert: readFileSync(join(folder, "certificate.pem")),
      key: readFileSync(join(folder, "key.pem")),
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TestIssuer(server, folder);
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `https://127.0.0.1:${address.port}`;
  }

  get authorityFile(): string {
    return join(this.#folder, "certificate.pem");
  }

  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer);
  }

  keySet(): string {
    const keys = this.keys.map(({ kid, publicKey }) => ({
      ...publicKey.export({ format: "jwk" }),
      kid,
      use: "sig",
      alg: "RS256",
    }));
    return JSON.stringify({ keys });
  }

  /** With its newest key. */
  sign(claims: Claims, header: Claims = {}): string {
    const [key] = this.keys;
    if (key === undefined) throw new Error("no key");
    const text = toSigningInput({ alg: "RS256", typ: "JWT", kid: key.kid, ...header }, claims);
    return `${text}.${sign("sha256", Buffer.from(text), key.privateKey).toString("base64url")}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
    rmSync(this.#folder, { recursive: true });
  }
}

export function newKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync("rsa", { modulusLength: 2_048 }) };
}

/** Signed with what everybody knows, as if it were a secret. */
export function signWithPublicKey({ kid, publicKey }: SigningKey, claims: Claims): string {
  const text = toSigningInput({ alg: "HS256", typ: "JWT", kid }, claims);
  const pem = publicKey.export({ format: "pem", type: "spki" });
  return `${text}.${createHmac("sha256", pem).update(text).digest("base64url")}`;
}

export function toSigningInput(header: Claims, claims: Claims): string {
  return [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
}

/** Of 127.0.0.1, with its key, in `certificate.pem` and `key.pem`. */
export function makeCertificate(folder: string): void {
  const { status, stderr } = spawnSync(
    "openssl",
    "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=issuer -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out certificate.pem".split(
      " ",
    ),
    { cwd: folder, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
}
