import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { InputError } from "../../../action/inputs/input-error.ts";
import { readPolicyFile } from "../../../action/inputs/read-policy-file.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const POLICY = 'version: 1\negress: { mode: block, allow: ["github.com"] }\n';

describe("a policy in the repository", () => {
  const asked: { url: string | undefined; authorization: string | undefined }[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push({ url, authorization: headers.authorization });
    const path = url?.split("?")[0];
    if (path?.endsWith("/elsewhere.yml")) response.writeHead(302, { location: "/other" }).end();
    else if (path?.endsWith("/wrong.yml")) response.end("version: 2\n");
    else if (path?.endsWith("/large.yml")) response.end("#".repeat(1_048_577));
    else if (path?.endsWith("/policy.yml")) response.end(POLICY);
    else response.writeHead(404).end("::error::no such file");
  });
  let api = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port }: AddressInfo = toAddress(server.address());
    api = `http://127.0.0.1:${port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test.each([
    ["a pull request", { GITHUB_BASE_REF: "main", GITHUB_HEAD_REF: "evil" }, "?ref=main"],
    ["a push", { GITHUB_REF: "refs/heads/evil", GITHUB_BASE_REF: "" }, ""],
  ])("is that of the branch that a job of %s cannot choose", async (_, environment, query) => {
    const { policy, remarks } = await read(".github/policy.yml", environment);

    expect(policy.egress).toMatchObject({ mode: "block", allow: ["github.com"] });
    expect(remarks[0]).toMatch(/as it is on the (?:branch main|default branch)$/);
    expect(asked.at(-1)).toEqual({
      url: `/repos/org/project/contents/.github/policy.yml${query}`,
      authorization: "Bearer token",
    });
  });

  test.each([
    ["missing.yml", "there is no such file"],
    ["elsewhere.yml", "GitHub cannot be asked (unexpected redirect)"],
    ["wrong.yml", "policy-file: wrong.yml:1:10: version"],
    ["large.yml", "larger than 1 MiB"],
    ["../policy.yml", "it is no path in a repository"],
    ["a//policy.yml", "it is no path in a repository"],
  ])("%s is refused with what to do", async (path, says) => {
    await expect(read(path, {})).rejects.toThrow(says);
  });

  function read(path: string, environment: Readonly<Record<string, string>>) {
    const own = { GITHUB_API_URL: api, GITHUB_REPOSITORY: "org/project", ...environment };
    return readPolicyFile({ path, token: "token", environment: own });
  }
});

describe("a policy of the machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "policy-file-"));
  const workspace = join(folder, "work");
  const environment = { GITHUB_WORKSPACE: workspace };
  const paths = { ours: join(folder, "policy.yml"), left: join(workspace, "policy.yml") };
  beforeAll(() => {
    mkdirSync(workspace);
    for (const path of Object.values(paths)) writeFileSync(path, POLICY);
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.skipIf(!root.available)(
    `is read where jobs have nothing of theirs${root.note}`,
    async () => {
      const reading = readPolicyFile({ path: paths.ours, token: "", environment });

      await expect(reading).resolves.toHaveProperty("policy.egress.mode", "block");
    },
  );

  test("is refused where an earlier job, of another branch, may have left it", async () => {
    const reading = readPolicyFile({ path: paths.left, token: "", environment });

    await expect(reading).rejects.toThrow(InputError);
    await expect(reading).rejects.toThrow(
      "as an earlier job, of whatever branch, may have left it",
    );
  });

  test("is refused where there is none", async () => {
    const reading = readPolicyFile({ path: "/nowhere/policy.yml", token: "", environment });

    await expect(reading).rejects.toThrow("does not exist");
  });
});

function toAddress(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return address;
}
