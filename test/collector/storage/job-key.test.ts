import { expect, test } from "vitest";

import { toJobKey } from "../../../collector/storage/sqlite/job-key.ts";

test.each(["waiting", "known"] as const)(
  "pods without a job (%s) share a key with those of their service account alone",
  (state) => {
    const pods = [
      ["team-a", "default"],
      ["team-b", "default"],
      ["team-a", "other"],
      ["team-a", "default"],
    ] as const;
    const keys = pods.map(([namespace, serviceAccount], index) => {
      const facts = { namespace, serviceAccount, podUid: `${index}` };
      const proven = { kind: "kubernetes", issuer: "https://a", state } as const;
      const identity = { ...proven, facts, said: null, contradicts: [] };
      return toJobKey({ tenant: "default", ci: null, identity });
    });

    expect(new Set(keys).size).toBe(3);
    expect(keys[3]).toBe(keys[0]);
  },
);
