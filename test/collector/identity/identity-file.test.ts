import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { readIdentityFile } from "../../../collector/identity/identity-file.ts";

const DOCS = readFileSync(join(import.meta.dirname, "../../../docs/identity.md"), "utf8");
const EXAMPLES = [...DOCS.matchAll(/```json\n(.*?)```/gs)].map(([, text = ""]) => text);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("what the documentation shows is taken, with what is usual for the rest", () => {
  const [github = "", kubernetes = ""] = EXAMPLES;

  expect(read(github).github).toEqual([
    {
      issuer: "https://token.actions.githubusercontent.com",
      audience: "https://collector.example.org",
      tenants: { 9919: "default" },
    },
  ]);
  expect(read(kubernetes).kubernetes).toEqual([
    expect.objectContaining({ verify: "token-review", jobs: "ephemeral-runners" }),
  ]);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["by name", {}, "https://kubernetes.default.svc"],
  [
    "where Kubernetes says",
    { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "6443" },
    "https://10.96.0.1:6443",
  ],
  [
    "where Kubernetes says, over IPv6",
    { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" },
    "https://[fd00::1]",
  ],
  [
    "by name where that is no address",
    { KUBERNETES_SERVICE_HOST: "a b" },
    "https://kubernetes.default.svc",
  ],
])("the cluster that the collector runs in is asked %s", (_, environment, apiServer) => {
  const { apiServer: _none, ...source } = toKubernetes("").kubernetes[0] ?? {};
  const given = JSON.stringify({ kubernetes: [source] });

  expect(read(given, environment).kubernetes).toMatchObject([{ apiServer }]);
  expect(
    read(JSON.stringify(toKubernetes("https://a.test")), environment).kubernetes,
  ).toMatchObject([{ apiServer: "https://a.test" }]);
});

describe("refused, with where it is, is", () => {
  test.each<[string, object, string]>([
    ["an issuer with a slash behind it", toGithub({ issuer: "https://a.test/" }), "slash"],
    [
      "an issuer without TLS",
      toGithub({ issuer: "http://a.test" }),
      "github[0].issuer: no address",
    ],
    ["keys without TLS", toGithub({ keysUrl: "http://a.test/keys" }), "github[0].keysUrl"],
    ["no audience", toGithub({ audience: "" }), "github[0].audience"],
    ["an owner by name", toGithub({ tenants: { acme: "acme" } }), "digits alone"],
    ["a tenant with spaces", toGithub({ tenants: { 1: "a b" } }), "github[0].tenants"],
    ["a member that is none", toGithub({ tenant: "x" }), "tenant"],
    ["an API server under a path", toKubernetes("https://a.test/k8s/clusters/c-1"), "has a path"],
    ["an API server that is no address", toKubernetes("a.test"), "kubernetes[0].apiServer"],
    [
      "an issuer that is there twice",
      { github: [...toGithub({}).github, ...toGithub({}).github] },
      "is there twice",
    ],
  ])("%s", (_, content, message) => {
    expect(() => read(JSON.stringify(content))).toThrow(message);
  });

  test("a file that is no JSON, or not there", () => {
    expect(() => read("github:")).toThrow("is no JSON");
    expect(() => readIdentityFile(join(folder, "none"), {})).toThrow("there is no such file");
  });
});

function toKubernetes(apiServer: string) {
  const issuer = "https://a.test";
  return { kubernetes: [{ issuer, audience: "x", tenants: { arc: "acme" }, apiServer }] };
}

function toGithub(changed: object) {
  return { github: [{ audience: "x", tenants: { 1: "acme" }, ...changed }] };
}

function read(text: string, environment: Readonly<Record<string, string>> = {}) {
  const path = join(folder, "identity.json");
  writeFileSync(path, text);
  return readIdentityFile(path, environment);
}
