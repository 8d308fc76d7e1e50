/** A cluster for people: says where its kubeconfig is, and goes with it at Ctrl-C. */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { PreparedCluster } from "../../collector/kubernetes/support/prepared-cluster.ts";
import { startApiServer } from "./api-server.ts";

const NAME = "runner-guard-test";
const [, , programs] = process.argv;
if (programs === undefined) throw new Error("npm run start:kubernetes says where the programs are");

const ended = Promise.race(["SIGINT", "SIGTERM"].map((signal) => once(process, signal)));
const api = await startApiServer(programs);
await using cluster = await PreparedCluster.prepare(api);
const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
const config = join(folder, "config");
writeFileSync(config, JSON.stringify(toKubeconfig()), { mode: 0o600 });
process.stdout.write(
  `export KUBECONFIG=${config}\n# the collector's own token: ${cluster.tokenFile}\n`,
);
await ended;
rmSync(folder, { recursive: true });

/** YAML is JSON as well. */
function toKubeconfig() {
  const authority = readFileSync(api.caFile).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: NAME, cluster: { server: api.url, "certificate-authority-data": authority } },
    ],
    users: [{ name: "admin", user: { token: api.adminToken } }],
    contexts: [{ name: NAME, context: { cluster: NAME, user: "admin", namespace: "arc-runners" } }],
    "current-context": NAME,
  };
}
