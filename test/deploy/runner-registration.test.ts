import { execFile } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { requires } from "../support/requires.ts";
import { KUSTOMIZE } from "./support/kustomize.ts";

const { jq } = requires;
const run = promisify(execFile);
const workloadSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(
          z.object({
            name: z.string(),
            command: z.array(z.string()),
            env: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
          }),
        ),
      }),
    }),
  }),
});
/** What the runner's own leaves when it is registered. */
const CONFIG = `#!/bin/sh
printf '%s\\n' "$@" >told
touch .runner .credentials .credentials_rsaparams
`;

describe.skipIf(!jq.available)(`runners without a controller are registered${jq.note}`, () => {
  const asked: string[] = [];
  let github: Server;

  beforeAll(async () => {
    github = createServer((request, response) => {
      asked.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify({ token: "for-one-hour", encoded_jit_config: "for-one-job" }));
    }).listen(0, "127.0.0.1");
    await once(github, "listening");
  });
  afterAll(() => github.close());

  test.each([
    { scope: "orgs/acme", url: "https://github.com/acme" },
    { scope: "repos/acme/app", url: "https://github.com/acme/app" },
    { scope: "enterprises/acme", url: "https://github.com/enterprises/acme" },
  ])("by the deployment, for all of $scope", async ({ scope, url }) => {
    const { told, asks } = await register("runner-deployment", scope);

    expect(asks).toEqual([`POST /${scope}/actions/runners/registration-token Bearer of-yours`]);
    expect(told).toContain(`--url\n${url}\n--token\nfor-one-hour\n`);
  });

  test("by the job, for one job", async () => {
    const { jit, asks } = await register("runner-job", "orgs/acme");

    expect(asks).toEqual(["POST /orgs/acme/actions/runners/generate-jitconfig Bearer of-yours"]);
    expect(jit).toBe("for-one-job\n");
  });

  /** With GITHUB_SCOPE alone changed, as an overlay does it. */
  async function register(overlay: string, scope: string) {
    const folder = mkdtempSync(join(tmpdir(), "registration-"));
    try {
      mkdirSync(join(folder, "github"));
      mkdirSync(join(folder, "registration"));
      writeFileSync(join(folder, "github/token"), "of-yours\n");
      writeFileSync(join(folder, "config.sh"), CONFIG);
      chmodSync(join(folder, "config.sh"), 0o755);
      const { program, args, env } = readRegister(overlay, folder);
      const before = asked.length;
      await run(program, args, {
        cwd: folder,
        env: {
          ...env,
          PATH: "/usr/bin:/bin",
          GITHUB_API: addressOf(github),
          GITHUB_SCOPE: scope,
          RUNNER_NAME: "guarded-runners-x7",
        },
      });
      return {
        asks: asked.slice(before),
        told: read(join(folder, "told")),
        jit: read(join(folder, "registration/jit")),
      };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});

/** What the container `register` runs, with its volumes at this folder. */
function readRegister(overlay: string, folder: string) {
  const text = readFileSync(join(KUSTOMIZE, overlay, "runner.yaml"), "utf8");
  const { initContainers } = workloadSchema.parse(parse(text)).spec.template.spec;
  const register = initContainers.find(({ name }) => name === "register");
  const [program = "", ...args] = register?.command ?? [];
  return {
    program,
    args: args.map((arg) =>
      arg
        .replaceAll("/var/run/secrets/github", join(folder, "github"))
        .replaceAll("/run/registration", join(folder, "registration")),
    ),
    env: Object.fromEntries((register?.env ?? []).map(({ name, value = "" }) => [name, value])),
  };
}

function addressOf(server: Server): string {
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return `http://127.0.0.1:${port}`;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
