import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { readResponseFile, USUAL_RESPONSE } from "../../../collector/response/response-file.ts";

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "response-"));
  path = join(folder, "response.json");
  writeFileSync(join(folder, "token"), "token");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a file that says nothing is what holds without one", () => {
  expect(read({})).toEqual(USUAL_RESPONSE);
});

test("a file is read with what it leaves out", () => {
  const tokenFile = join(folder, "token");

  expect(
    read({
      rules: [{ match: { rule: "miner", severity: "high" }, action: "quarantine-pod" }],
      tenants: { acme: { maxKillsPerMinute: 0 } },
      github: [{ repositories: ["acme/*"], tokenFile }],
    }),
  ).toEqual({
    rules: [{ match: { rule: "miner", severity: "high" }, action: "quarantine-pod" }],
    defaults: true,
    maxKillsPerMinute: 5,
    maxKillsPerMinuteInAll: 20,
    tenants: { acme: { maxKillsPerMinute: 0 } },
    github: [{ apiServer: "https://api.github.com", repositories: ["acme/*"], tokenFile }],
  });
});

test.each<[object, RegExp]>([
  [{ rules: [{ action: "explode" }] }, /--response: .*response\.json: rules\[0\]\.action: /],
  [
    { rules: [{ match: { rules: "x" }, action: "none" }] },
    /rules\[0\]\.match\.rules: is not known here, did you mean rule/,
  ],
  [{ maxKillsPerMinute: -1 }, /maxKillsPerMinute: /],
  [{ maxKillsPerMinute: 100_000 }, /maxKillsPerMinute: /],
  [
    { maxKillsPerMinute: 21 },
    /maxKillsPerMinute: is never reached: write "maxKillsPerMinuteInAll"/,
  ],
  [
    { tenants: { acme: { maxKillsPerMinute: 9 } }, maxKillsPerMinuteInAll: 8 },
    /tenants\.acme\.maxKillsPerMinute: is never reached/,
  ],
  [
    { github: [{ tenants: ["*"], tokenFile: "/nowhere/token" }] },
    /\/nowhere\/token: there is no such file/,
  ],
  [{ github: [{ tokenFile: "x", apiServer: "http://github" }] }, /begins with https/],
  [{ github: [{ tokenFile: "x", apiServer: "https://a:b@github" }] }, /more than a host/],
  [
    { github: [{ tokenFile: "x" }] },
    /github\[0\]: does not say whose runs it cancels: write "repositories": \["OWNER/,
  ],
  [{ armed: true }, /armed: is not known here/],
])("%j is refused with what is wrong and where", (content, message) => {
  expect(() => read(content)).toThrow(message);
});

function read(content: object) {
  writeFileSync(path, JSON.stringify(content));
  return readResponseFile(path);
}
