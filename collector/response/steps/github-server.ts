/** The runs of workflows at a GitHub server (https://docs.github.com/en/rest/actions/workflow-runs). */
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";

import { z } from "zod";

import { matchesGlob, matchesRepository } from "../../../protocol/matches-glob.ts";
import { fetchJson, type JsonReply } from "../../fetch-json.ts";
import type { WorkflowRun } from "../../stores/response-store.ts";
import type { GithubServer } from "../response-file.ts";
import type { Acted, Checked } from "../step-kind.ts";

export interface GithubRuns {
  /** `force`: also what a workflow has asked not to be cancelled. */
  cancel(run: RunAtGithub, how: "cancel" | "force-cancel", signal: AbortSignal): Promise<Acted>;
  check(run: RunAtGithub, signal: AbortSignal): Promise<Checked>;
}

export interface RunAtGithub extends WorkflowRun {
  readonly tenant: string;
}

const TRY_MS = 10_000;
const RETRY_MS = 2_000;
const MAX_BYTES = 1_048_576;
const VERSION = "2022-11-28";

const statusSchema = z.object({ status: z.string(), conclusion: z.string().nullish() });
const messageSchema = z.object({ message: z.string() });

/** Undefined: no server is configured for it. */
export function findServer(
  servers: readonly GithubServer[],
  { tenant, issuer, repository }: RunAtGithub,
): GithubServer | undefined {
  return servers.find(
    ({ tenants, issuers, repositories }) =>
      (tenants?.some((glob) => matchesGlob(glob, tenant)) ?? true) &&
      (issuers?.includes(issuer) ?? true) &&
      (repositories?.some((glob) => matchesRepository(glob, repository)) ?? true),
  );
}

export function createGithubRuns(servers: readonly GithubServer[]): GithubRuns {
  return {
    async cancel(run, how, signal) {
      const server = findServer(servers, run);
      if (server === undefined) return toUnknown(run);
      try {
        const path = `${toPath(run)}/${how}`;
        return judgeCancel(await ask(server, { path, method: "POST" }, signal));
      } catch (error) {
        return { status: "retry", answer: toReason(error), afterMs: RETRY_MS };
      }
    },
    async check(run, signal) {
      const server = findServer(servers, run);
      if (server === undefined) return toUnknown(run);
      try {
        return judgeRun(await ask(server, { path: toPath(run), method: "GET" }, signal));
      } catch (error) {
        return { status: "not-yet", answer: toReason(error) };
      }
    },
  };
}

function ask(
  server: GithubServer,
  { path, method }: { readonly path: string; readonly method: "GET" | "POST" },
  signal: AbortSignal,
): Promise<JsonReply> {
  const { apiServer, tokenFile, caFile } = server;
  return fetchJson({
    url: new URL(`${apiServer.replace(/\/$/, "")}${path}`),
    method,
    headers: {
      accept: "application/vnd.github+json",
      "user-agent": "runner-guard-collector",
      "x-github-api-version": VERSION,
    },
    // Written anew by whoever renews it.
    bearer: readFileSync(tokenFile, "utf8").trim(),
    ...(caFile !== undefined && { authorities: readFileSync(caFile, "utf8") }),
    signal,
    timeoutMs: TRY_MS,
    maxBytes: MAX_BYTES,
  });
}

function toPath({ repository, runId }: WorkflowRun): string {
  return `/repos/${repository}/actions/runs/${runId}`;
}

function toUnknown({ tenant, repository }: RunAtGithub) {
  const answer = `no GitHub is configured for ${repository} of the tenant ${tenant}`;
  return { status: "refused", answer } as const;
}

function judgeCancel({ status, headers, json }: JsonReply): Acted {
  if (status === 202) return { status: "accepted", answer: "GitHub ends the run" };
  // It has ended already, or is about to: which is looked at.
  if (status === 409) return { status: "accepted", answer: `GitHub says: ${toMessage(json)}` };
  const afterMs = toRetryMs(status, headers);
  if (afterMs !== undefined) {
    return { status: "retry", answer: `GitHub answers with status ${status}`, afterMs };
  }
  return { status: "refused", answer: `GitHub answers with status ${status}: ${toMessage(json)}` };
}

function judgeRun({ status, headers, json }: JsonReply): Checked {
  const { data } = statusSchema.safeParse(json);
  if (status === 200 && data?.status === "completed") {
    return { status: "worked", answer: `the run is over at GitHub (${toWord(data.conclusion)})` };
  }
  if (status === 200 && data !== undefined) {
    return { status: "not-yet", answer: `the run is ${toWord(data.status)} at GitHub` };
  }
  if (toRetryMs(status, headers) !== undefined)
    return { status: "not-yet", answer: `GitHub answers with status ${status}` };
  return { status: "refused", answer: `GitHub answers with status ${status}: ${toMessage(json)}` };
}

/**
 * Undefined: it would be answered so again. Of its limits GitHub says when they are over
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
function toRetryMs(status: number, headers: IncomingHttpHeaders): number | undefined {
  const isLimited =
    status === 429 ||
    (status === 403 &&
      (headers["retry-after"] !== undefined || headers["x-ratelimit-remaining"] === "0"));
  if (!isLimited && status < 500) return undefined;
  const seconds = Number(headers["retry-after"] ?? Number.NaN);
  if (Number.isFinite(seconds)) return Math.max(RETRY_MS, seconds * 1_000);
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(RETRY_MS, reset * 1_000 - Date.now()) : RETRY_MS;
}

const MAX_MESSAGE = 200;

function toMessage(json: unknown): string {
  return toWord(messageSchema.safeParse(json).data?.message);
}

function toWord(text: string | null | undefined): string {
  return (text ?? "").slice(0, MAX_MESSAGE).replaceAll(/[^\x20-\x7e]/g, "?");
}

function toReason(error: unknown): string {
  return `GitHub cannot be asked: ${error instanceof Error ? error.message : ""}`;
}
