import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { readPosture } from "../../../agent/posture/posture.ts";
import { probe } from "../../../agent/posture/probe.ts";
import { createHardenedPod } from "./hardened-pod.ts";

const FOLDER = "run/secrets/kubernetes.io/serviceaccount";
const TOKEN = [
  "e30",
  Buffer.from('{"sub":"system:serviceaccount:ci:builder"}').toString("base64url"),
  "x",
].join(".");

describe("doctor --probe", () => {
  test("sees that somebody answers, and says nothing to them", async () => {
    using pod = createHardenedPod();
    const received: Buffer[] = [];
    const server = createServer((socket) => socket.on("data", (data) => received.push(data)));
    const port = await listen(server);
    const answer = await probe(pod.places, { host: "127.0.0.1", port });
    server.close();
    await once(server, "close");

    expect(answer).toEqual({ metadata: true });
    expect(received).toEqual([]);
  });

  test("sees that nobody answers", async () => {
    using pod = createHardenedPod();
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, "close");

    expect(await probe(pod.places, { host: "127.0.0.1", port })).toEqual({ metadata: false });
  });

  test("asks the Kubernetes API what the account may do, with its token, and keeps that to itself", async () => {
    using pod = createHardenedPod();
    using certificate = makeCertificate();
    const asked: { readonly authorization: string | undefined; readonly body: string }[] = [];
    const server = createHttpsServer(certificate, (request, response) => {
      let body = "";
      request
        .on("data", (piece) => (body += piece))
        .on("end", () => {
          asked.push({ authorization: request.headers.authorization, body });
          response.end(
            JSON.stringify({
              status: {
                resourceRules: [
                  { verbs: ["create"], resources: ["selfsubjectrulesreviews"] },
                  { verbs: ["get", "list"], resources: ["secrets"] },
                ],
              },
            }),
          );
        });
    });
    pod.setVariable("KUBERNETES_SERVICE_HOST", "localhost");
    pod.setVariable("KUBERNETES_SERVICE_PORT", String(await listen(server)));
    pod.put(`${FOLDER}/token`, TOKEN);
    pod.put(`${FOLDER}/ca.crt`, certificate.cert);
    pod.put(`${FOLDER}/namespace`, "ci");
    const answer = await probe(pod.places, { host: "127.0.0.1", port: 1 });
    server.closeAllConnections();
    server.close();
    const { checks } = readPosture(pod.places, answer);

    expect(asked).toEqual([
      { authorization: `Bearer ${TOKEN}`, body: expect.stringContaining('"namespace":"ci"') },
    ]);
    expect(answer.mayDo).toEqual(["get/list secrets"]);
    expect(checks.find(({ id }) => id === "service-account-token")?.message).toMatch(
      /builder in \S+, which never expires; it may get\/list secrets$/,
    );
    expect(JSON.stringify(checks)).not.toContain(TOKEN);
  });

  test("gives the token to nobody whose certificate is not the cluster's", async () => {
    using pod = createHardenedPod();
    using certificate = makeCertificate();
    using other = makeCertificate();
    const asked: unknown[] = [];
    const server = createHttpsServer(certificate, (request) => asked.push(request.headers));
    pod.setVariable("KUBERNETES_SERVICE_HOST", "localhost");
    pod.setVariable("KUBERNETES_SERVICE_PORT", String(await listen(server)));
    pod.put(`${FOLDER}/token`, TOKEN);
    pod.put(`${FOLDER}/ca.crt`, other.cert);
    const answer = await probe(pod.places, { host: "127.0.0.1", port: 1 });
    server.close();

    expect(asked).toEqual([]);
    expect(answer).not.toHaveProperty("mayDo");
  });
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

function makeCertificate(): Disposable & { readonly key: string; readonly cert: string } {
  const folder = mkdtempSync(join(tmpdir(), "runner-guard-certificate-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
  execFileSync(
    "openssl",
    ["req", "-x509", "-nodes", ...curve, "-days", "2", "-keyout", key, "-out", cert, ...subject],
    { stdio: "ignore" },
  );
  return {
    key: readFileSync(key, "utf8"),
    cert: readFileSync(cert, "utf8"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
