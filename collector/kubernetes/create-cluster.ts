import type { z } from "zod";

import type { JsonReply } from "../fetch-json.ts";
import type { ApiRequest, ApiServer } from "./api-server.ts";
import type { AskOptions, Cluster, Deed, Got, ObjectId, ObjectName, Trouble } from "./cluster.ts";
import { EPHEMERAL_RUNNER, ephemeralRunnerSchema } from "./ephemeral-runner-object.ts";
import { NETWORK_POLICY, networkPolicySchema } from "./network-policy-object.ts";
import { type ObjectKind, toObjectPath } from "./object-path.ts";
import { POD, podSchema } from "./pod-object.ts";
import { describeTrouble, isDone, isGone, toTrouble, toUnanswered } from "./read-answer.ts";
import { TOKEN_REVIEWS, toTokenReview, tokenReviewSchema } from "./token-review.ts";

type Asked = Omit<ApiRequest, "path" | "signal">;

/** How objects of one kind are asked for. */
interface Objects<Value> {
  readonly kind: ObjectKind;
  readonly schema: z.ZodType<Value>;
}

const PODS = { kind: POD, schema: podSchema };
const NETWORK_POLICIES = { kind: NETWORK_POLICY, schema: networkPolicySchema };
const RUNNERS = { kind: EPHEMERAL_RUNNER, schema: ephemeralRunnerSchema };
/** What has none has nothing to do with the cluster. */
const NO_SUCH_NAME: Trouble = { status: "rejected", message: "nothing can have such a name" };

/** Conflict, and "unprocessable". */
const MAY_BE_OF_ANOTHER = new Set([409, 422]);

export function createCluster(api: Pick<ApiServer, "ask">): Cluster {
  return {
    getPod: (pod, options) => get(api, PODS, pod, options),
    async deletePod({ graceSeconds, ...pod }, options) {
      const grace = { gracePeriodSeconds: graceSeconds };
      const deed = await act(api, PODS, pod, toDeletion(pod, grace), options);
      return deed.status === "done" ? { status: "done", pod: deed.shown } : deed;
    },
    labelPod: async ({ labels, ...pod }, options) =>
      toDeed(await act(api, PODS, pod, toLabelling(pod, labels), options)),
    getNetworkPolicy: (policy, options) => find(api, NETWORK_POLICIES, policy, options),
    getEphemeralRunner: (runner, options) => get(api, RUNNERS, runner, options),
    deleteEphemeralRunner: async (runner, options) =>
      toDeed(await act(api, RUNNERS, runner, toDeletion(runner, {}), options)),
    async reviewToken(token, audience) {
      const reply = await ask(api, { path: TOKEN_REVIEWS, json: toTokenReview(token, audience) });
      if ("trouble" in reply) return reply.trouble;
      const { data } = isDone(reply) ? tokenReviewSchema.safeParse(reply.json) : {};
      return data === undefined ? toTrouble(reply) : { status: "reviewed", review: data };
    },
  };
}

async function get<Value extends ObjectId>(
  api: Pick<ApiServer, "ask">,
  objects: Objects<Value>,
  id: ObjectId,
  options?: AskOptions,
): Promise<Got<Value>> {
  const got = await find(api, objects, id, options);
  if (got.status !== "found" || got.value.uid === id.uid) return got;
  return { status: "other-uid", uid: got.value.uid };
}

async function find<Value extends ObjectId>(
  api: Pick<ApiServer, "ask">,
  { kind, schema }: Objects<Value>,
  name: ObjectName,
  options?: AskOptions,
): Promise<Got<Value>> {
  const found = toObjectPath(kind, name);
  if (found === undefined) return NO_SUCH_NAME;
  const reply = await ask(api, { path: found.path, ...options });
  if ("trouble" in reply) return reply.trouble;
  if (isGone(reply, found)) return { status: "gone" };
  const { data } = isDone(reply) ? schema.safeParse(reply.json) : {};
  if (data === undefined) return toTrouble(reply);
  return { status: "found", value: data };
}

/** With what the server shows of the object: it shows none, or something else, as it likes. */
type Act<Value> =
  | { readonly status: "done"; readonly shown: Value | undefined }
  | Exclude<Deed, { readonly status: "done" }>;

async function act<Value extends ObjectId>(
  api: Pick<ApiServer, "ask">,
  objects: Objects<Value>,
  id: ObjectId,
  asked: Asked,
  options?: AskOptions,
): Promise<Act<Value>> {
  const found = toObjectPath(objects.kind, id);
  if (found === undefined) return NO_SUCH_NAME;
  const reply = await ask(api, { path: found.path, ...asked, ...options });
  if ("trouble" in reply) return reply.trouble;
  if (isDone(reply)) return { status: "done", shown: objects.schema.safeParse(reply.json).data };
  if (isGone(reply, found)) return { status: "gone" };
  if (!MAY_BE_OF_ANOTHER.has(reply.status)) return toTrouble(reply);
  // Versions differ in how they say that the uid is another one, and in what else they say so.
  const now = await get(api, objects, id, options);
  if (now.status !== "found") return now;
  const trouble = toTrouble(reply);
  return reply.status === 409 ? { status: "conflict", message: describeTrouble(trouble) } : trouble;
}

function toDeed(acted: Act<unknown>): Deed {
  return acted.status === "done" ? { status: "done" } : acted;
}

type Reply = JsonReply | { readonly trouble: Trouble };

async function ask(api: Pick<ApiServer, "ask">, request: ApiRequest): Promise<Reply> {
  try {
    return await api.ask(request);
  } catch (error) {
    return { trouble: toUnanswered(error) };
  }
}

function toDeletion({ uid }: ObjectId, grace: { readonly gracePeriodSeconds?: number }): Asked {
  const kinds = { apiVersion: "v1", kind: "DeleteOptions" };
  return { method: "DELETE", json: { ...kinds, ...grace, preconditions: { uid } } };
}

/** A uid in a merge patch is a condition, as Kubernetes' own controllers use it: it cannot be changed. A JSON patch that tests it needs to know, too, whether there are labels. */
function toLabelling({ uid }: ObjectId, labels: Readonly<Record<string, string>>): Asked {
  const contentType = "application/merge-patch+json";
  return { method: "PATCH", contentType, json: { metadata: { uid, labels } } };
}
