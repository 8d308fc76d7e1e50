/** Kubernetes' own API server, with an etcd of its own: what `npm run test:kubernetes` has built. */
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { fetchJson } from "../../../collector/fetch-json.ts";
import { ISSUER, type KubernetesApi } from "../../collector/kubernetes/support/kubernetes-api.ts";
import { makeCertificate } from "../../collector/support/test-issuer.ts";

/** On a machine that has much else to do. */
const START_MS = 480_000;
const POLL_MS = 50;
const ADMIN = "admin-token-of-the-cluster";

interface Program extends AsyncDisposable {
  readonly hasEnded: () => boolean;
}

/** `programs`: the folder of etcd and kube-apiserver. */
export async function startApiServer(programs: string): Promise<KubernetesApi> {
  const folder = mkdtempSync(join(tmpdir(), "kube-apiserver-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true }));
  makeCertificate(folder);
  writeFileSync(join(folder, "tokens.csv"), `${ADMIN},admin,admin,system:masters\n`);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const key = privateKey.export({ format: "pem", type: "pkcs1" });
  writeFileSync(join(folder, "accounts.pem"), key);
  const [etcdPort, peerPort, port] = await findPorts(3);
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  stack.use(
    start(join(programs, "etcd"), folder, [
      "--data-dir=etcd",
      `--listen-client-urls=${etcdUrl}`,
      `--advertise-client-urls=${etcdUrl}`,
      `--listen-peer-urls=http://127.0.0.1:${peerPort}`,
    ]),
  );
  const server = stack.use(
    start(join(programs, "kube-apiserver"), folder, [
      `--etcd-servers=${etcdUrl}`,
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      "--tls-cert-file=certificate.pem",
      "--tls-private-key-file=key.pem",
      "--cert-dir=certificates",
      `--service-account-issuer=${ISSUER}`,
      "--service-account-signing-key-file=accounts.pem",
      "--service-account-key-file=accounts.pem",
      "--service-cluster-ip-range=10.0.0.0/24",
      "--authorization-mode=RBAC",
      // Of Docker's engine, in manifests that are shipped.
      "--allow-privileged",
      "--token-auth-file=tokens.csv",
    ]),
  );
  const url = `https://127.0.0.1:${port}`;
  const caFile = join(folder, "certificate.pem");
  await waitUntilReady(url, caFile, () => {
    if (server.hasEnded()) throw new Error(readLog(folder, "kube-apiserver"));
  });
  const parts = stack.move();
  return {
    url,
    caFile,
    adminToken: ADMIN,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

function start(program: string, folder: string, args: readonly string[]): Program {
  const name = program.slice(program.lastIndexOf("/") + 1);
  const log = openSync(join(folder, `${name}.log`), "w");
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", log, log] });
  const ended = once(child, "exit");
  return {
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function waitUntilReady(url: string, caFile: string, check: () => void): Promise<void> {
  const authorities = readFileSync(caFile, "utf8");
  const asked = { authorities, bearer: ADMIN, timeoutMs: 1_000, maxBytes: 65_536 };
  const until = Date.now() + START_MS;
  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetchJson({ ...asked, url: new URL("/readyz", url) })).status === 200;
    } catch {
      return false;
    }
  };
  while (!(await isReady())) {
    check();
    if (Date.now() > until) throw new Error(`${url} does not become ready`);
    await delay(POLL_MS);
  }
}

/** Free ones, all held until there are enough of them. */
async function findPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return address.port;
  });
  await Promise.all(servers.map((server) => once(server.close(), "close")));
  return ports;
}

function readLog(folder: string, name: string): string {
  return readFileSync(join(folder, `${name}.log`), "utf8").slice(-2_000);
}
