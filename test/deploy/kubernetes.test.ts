import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";
import { z } from "zod";

import { openClusters } from "../../collector/kubernetes/clusters.ts";
import { readManifests } from "../collector/kubernetes/support/prepared-cluster.ts";
import { TestIssuer } from "../collector/support/test-issuer.ts";

const VERBS: Readonly<Record<string, string>> = {
  GET: "get",
  POST: "create",
  PATCH: "patch",
  DELETE: "delete",
};
const roleSchema = z.object({
  rules: z.array(
    z.strictObject({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
      resourceNames: z.tuple([z.literal("runner-guard-quarantine")]).optional(),
    }),
  ),
});
const policySchema = z.object({
  spec: z.strictObject({
    podSelector: z.unknown(),
    policyTypes: z.array(z.string()),
    ingress: z.tuple([]),
    egress: z.tuple([]),
  }),
});

test("the roles that are shipped hold a verb for each request of the collector's, and no other", async () => {
  const rules = readManifests()
    .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
    .flatMap((role) => roleSchema.parse(role).rules);
  const held = rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((kinds) => verbs.map((verb) => `${verb} ${group} ${kinds}`)),
    ),
  );

  expect(held.toSorted()).toEqual([...(await listAsked())].toSorted());
});

test("the quarantine lets nothing in and nothing out of pods with its label", () => {
  const [policy] = readManifests().filter(({ kind }) => kind === "NetworkPolicy");

  expect(policySchema.parse(policy).spec).toEqual({
    podSelector: { matchLabels: { "runner-guard.dev/quarantine": "true" } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [],
    egress: [],
  });
});

/** By all that the collector's client of a cluster does. */
async function listAsked(): Promise<Set<string>> {
  await using server = await TestIssuer.start();
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  writeFileSync(join(folder, "token"), "token");
  const asked = new Set<string>();
  const [pod, runner] = [
    "/api/v1/namespaces/arc/pods/x",
    "/apis/actions.github.com/v1alpha1/namespaces/arc/ephemeralrunners/x",
  ];
  const policy =
    "/apis/networking.k8s.io/v1/namespaces/arc/networkpolicies/runner-guard-quarantine";
  for (const path of [pod, runner, policy, "/apis/authentication.k8s.io/v1/tokenreviews"])
    server.answer(path, ({ method = "" }, response) => {
      const [, group = ""] = /^\/apis\/([^/]+)/.exec(path) ?? [];
      const kinds = path.split("/").findLast((part) => part.endsWith("s")) ?? "";
      asked.add(`${VERBS[method]} ${group} ${kinds}`);
      response.end("{}");
    });
  const source = { issuer: "test", apiServer: server.url, caFile: server.authorityFile };
  using clusters = openClusters([{ ...source, tokenFile: join(folder, "token") }], {
    readAuthorities: (path) => readFileSync(path, "utf8"),
  });
  const cluster = clusters.find("test");
  const id = { namespace: "arc", name: "x", uid: "uid" };
  await cluster?.getPod(id);
  await cluster?.deletePod({ ...id, graceSeconds: 1 });
  await cluster?.labelPod({ ...id, labels: {} });
  await cluster?.getEphemeralRunner(id);
  await cluster?.deleteEphemeralRunner(id);
  await cluster?.getNetworkPolicy({ namespace: "arc", name: "runner-guard-quarantine" });
  await cluster?.reviewToken("token", "audience");
  rmSync(folder, { recursive: true });
  return asked;
}
