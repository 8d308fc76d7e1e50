/** Runs of workflows, at a GitHub that the test plays. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import type { GithubServer } from "../../../collector/response/response-file.ts";
import {
  createGithubRuns,
  findServer,
  type GithubRuns,
  type RunAtGithub,
} from "../../../collector/response/steps/github-server.ts";
import { TestIssuer } from "../support/test-issuer.ts";

const RUN: RunAtGithub = {
  tenant: "acme",
  issuer: "https://issuer",
  repository: "acme/app",
  runId: "7",
};
const PATH = "/api/v3/repos/acme/app/actions/runs/7";
const NEVER = new AbortController().signal;

let github: TestIssuer;
let folder: string;
let server: GithubServer;
let runs: GithubRuns;
let heard: IncomingMessage[];

beforeAll(async () => {
  github = await TestIssuer.start();
  folder = mkdtempSync(join(tmpdir(), "github-"));
  writeFileSync(join(folder, "token"), "the-token\n");
  server = {
    apiServer: `${github.url}/api/v3`,
    repositories: ["acme/*"],
    tokenFile: join(folder, "token"),
    caFile: github.authorityFile,
  };
  runs = createGithubRuns([server]);
});
afterAll(async () => {
  await github[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  heard = [];
});

describe("a run is cancelled", () => {
  test("as GitHub wants to be asked, with the token that is in its file by then", async () => {
    answer(`${PATH}/cancel`, 202, {});
    expect(await runs.cancel(RUN, "cancel", NEVER)).toMatchObject({ status: "accepted" });
    writeFileSync(join(folder, "token"), "the-next-token\n");
    await runs.cancel(RUN, "cancel", NEVER);

    expect(heard.map(({ method, headers }) => [method, headers.authorization])).toEqual([
      ["POST", "Bearer the-token"],
      ["POST", "Bearer the-next-token"],
    ]);
    expect(heard[0]?.headers).toMatchObject({
      accept: "application/vnd.github+json",
      "user-agent": "runner-guard-collector",
      "x-github-api-version": "2022-11-28",
    });
  });

  test("with force by a path of its own", async () => {
    answer(`${PATH}/force-cancel`, 202, {});

    expect(await runs.cancel(RUN, "force-cancel", NEVER)).toMatchObject({ status: "accepted" });
  });

  test.each<[string, number, Record<string, string>, object]>([
    ["that has ended is looked at", 409, {}, { status: "accepted", answer: "GitHub says: no?way" }],
    ["by a token that may not is not", 403, {}, { status: "refused" }],
    ["that is not there is not", 404, {}, { status: "refused" }],
    [
      "by too many is after a while",
      429,
      { "retry-after": "7" },
      { status: "retry", afterMs: 7_000 },
    ],
    [
      "by too many of an hour is in the next one",
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999" },
      { status: "retry", afterMs: expect.any(Number) },
    ],
    ["when GitHub is well again", 502, {}, { status: "retry", afterMs: 2_000 }],
  ])("%s", async (_, status, headers, expected) => {
    answer(`${PATH}/cancel`, status, { message: "no\u202eway" }, headers);

    expect(await runs.cancel(RUN, "cancel", NEVER)).toMatchObject(expected);
  });

  test("later where nobody answers", async () => {
    const nowhere = createGithubRuns([{ ...server, apiServer: "https://127.0.0.1:1" }]);

    expect(await nowhere.cancel(RUN, "cancel", NEVER)).toMatchObject({ status: "retry" });
  });
});

describe("that it has worked", () => {
  test.each<[number, object, string]>([
    [200, { status: "completed", conclusion: "cancelled" }, "worked"],
    [200, { status: "in_progress", conclusion: null }, "not-yet"],
    [200, { nothing: "of it" }, "refused"],
    [404, { message: "Not Found" }, "refused"],
    [500, {}, "not-yet"],
  ])("is seen by %i %j: %s", async (status, json, expected) => {
    answer(PATH, status, json);

    expect(await runs.check(RUN, NEVER)).toMatchObject({ status: expected });
  });
});

test("the server of a run is the first one that is for its repository and its issuer", () => {
  const servers = [
    { ...server, repositories: ["acme/app"], issuers: ["https://other"] },
    { ...server, repositories: ["acme/*"] },
  ];

  expect(findServer(servers, RUN)).toBe(servers[1]);
  expect(findServer(servers, { ...RUN, issuer: "https://other" })).toBe(servers[0]);
  expect(findServer(servers, { ...RUN, repository: "Acme/App" })).toBe(servers[1]);
  expect(findServer(servers, { ...RUN, repository: "evil/app" })).toBeUndefined();
});

test("a server of one tenant's is nobody else's, whichever repository a cluster of theirs names", () => {
  const { repositories: _, ...any } = server;
  const servers = [{ ...any, tenants: ["acme"] }];

  expect(findServer(servers, RUN)).toBe(servers[0]);
  expect(findServer(servers, { ...RUN, tenant: "other" })).toBeUndefined();
});

function answer(
  path: string,
  status: number,
  json: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  github.answer(path, (request: IncomingMessage, response: ServerResponse) => {
    heard.push(request);
    response.writeHead(status, headers).end(JSON.stringify(json));
  });
}
