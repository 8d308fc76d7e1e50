import { expect, test } from "vitest";

import { toClusterApi } from "../../../agent/process/cluster-api.ts";

test.each([
  ["10.96.0.1", "443", { ip: "10.96.0.1", port: 443 }],
  ["fd00:10:96::1", "6443", { ip: "fd00:10:96::1", port: 6443 }],
  ["10.96.0.1", "", { ip: "10.96.0.1", port: 443 }],
  ["10.96.0.1", "none", { ip: "10.96.0.1", port: 443 }],
  ["kubernetes.default", "443", undefined],
  ["", "443", undefined],
])("a pod that is told %s and %j knows where the API is", (host, port, api) => {
  const environment: [string, string][] = [
    ["KUBERNETES_SERVICE_HOST", host],
    ["KUBERNETES_SERVICE_PORT", port],
  ];

  expect(toClusterApi(environment)).toEqual(api);
});

test("elsewhere there is none", () => {
  expect(toClusterApi([["HOME", "/root"]])).toBeUndefined();
});
