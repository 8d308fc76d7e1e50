import { request } from "node:https";

import { z } from "zod";

import { readServiceAccount } from "./facts/service-account.ts";
import type { PosturePlaces } from "./posture-places.ts";
import { readBounded } from "./read-bounded.ts";

/** The API server is in the cluster; one that takes longer is not waited for. */
const PATIENCE_MS = 2_000;
const MAX_BYTES = 1_048_576;
const MAX_RULES = 32;
/** What every account may do (system:basic-user, system:discovery, system:public-info-viewer) says nothing of this one. */
const EVERYBODYS = /^selfsubject/;

const reviewSchema = z.object({
  status: z.object({
    resourceRules: z.array(
      z.object({ verbs: z.array(z.string()), resources: z.array(z.string()).default([]) }),
    ),
  }),
});

/** A SelfSubjectRulesReview: the API's own answer to who one is. Undefined: there is no token, or no answer. */
export async function askWhatAccountMayDo(
  places: PosturePlaces,
): Promise<readonly string[] | undefined> {
  const account = readServiceAccount(places);
  const host = places.environment["KUBERNETES_SERVICE_HOST"];
  if (account === undefined || host === undefined) return undefined;
  const read = (name: string): string | undefined =>
    readBounded(places, `${account.folder}/${name}`);
  const [token, ca, namespace = "default"] = [read("token"), read("ca.crt"), read("namespace")];
  if (token === undefined || ca === undefined) return undefined;
  const port = Number(places.environment["KUBERNETES_SERVICE_PORT"] ?? 443);
  const answer = await ask({ host, port, ca, token: token.trim(), namespace: namespace.trim() });
  return answer === undefined ? undefined : toRights(answer);
}

interface Question {
  readonly host: string;
  readonly port: number;
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

function ask({ host, port, ca, token, namespace }: Question): Promise<string | undefined> {
  const body = JSON.stringify({
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectRulesReview",
    spec: { namespace },
  });
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const asked = request(
    {
      host,
      port,
      ca,
      method: "POST",
      path: "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      signal: AbortSignal.timeout(PATIENCE_MS),
    },
    (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (piece: string) => {
        text += piece;
        if (text.length > MAX_BYTES) asked.destroy();
      });
      response.on("end", () => resolve(text)).on("error", () => resolve(undefined));
    },
  );
  asked.on("error", () => resolve(undefined)).on("close", () => resolve(undefined));
  asked.end(body);
  return promise;
}

function toRights(text: string): readonly string[] | undefined {
  try {
    const { status } = reviewSchema.parse(JSON.parse(text));
    return status.resourceRules
      .filter(({ resources }) => !resources.every((resource) => EVERYBODYS.test(resource)))
      .slice(0, MAX_RULES)
      .map(({ verbs, resources }) => `${verbs.join("/")} ${resources.join("/")}`);
  } catch {
    return undefined;
  }
}
