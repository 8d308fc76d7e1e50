/** Node's own TLS client, many at once: each sends random bytes to a server that sends them back, and counts what is wrong. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type SecureVersion } from "node:tls";

export interface TlsClientPlan {
  readonly ip: string;
  readonly port: number;
  readonly servername: string;
  readonly version: SecureVersion;
  readonly ecdhCurve?: string;
  readonly connections: number;
  readonly bytes: number;
}

const plan: TlsClientPlan = JSON.parse(process.argv[2] ?? "");
const CHUNK = 65_536;

async function exchange(): Promise<string> {
  const { ip, port, servername, version, ecdhCurve = "auto", bytes } = plan;
  const socket = connect({
    host: ip,
    port,
    servername,
    ecdhCurve,
    minVersion: version,
    maxVersion: version,
    rejectUnauthorized: false,
  });
  const heard = createHash("sha256");
  let greeting = "";
  socket.on("data", (chunk: Buffer) => {
    if (greeting.endsWith("\n")) {
      heard.update(chunk);
      return;
    }
    const end = chunk.indexOf("\n") + 1;
    greeting += chunk.toString("latin1", 0, end || chunk.length);
    if (end > 0) heard.update(chunk.subarray(end));
  });
  await once(socket, "secureConnect");
  const said = createHash("sha256");
  for (let left = bytes; left > 0; left -= CHUNK) {
    const chunk = randomBytes(Math.min(CHUNK, left));
    said.update(chunk);
    if (!socket.write(chunk)) await once(socket, "drain");
  }
  socket.end();
  await once(socket, "close");
  const isIntact = said.digest("hex") === heard.digest("hex");
  return `${greeting.trim()} ${isIntact ? "intact" : "broken"}`;
}

const outcomes = await Promise.all(
  Array.from({ length: plan.connections }, () =>
    exchange().catch((error: NodeJS.ErrnoException) => `${error.code}: ${error.message}`),
  ),
);
const counts: Record<string, number> = {};
for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
process.stdout.write(JSON.stringify(counts));
