/** Plays a cluster's API server where Kubernetes' own is not there: the same cases run over both (../cases.ts). */
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

import { z } from "zod";

import { makeCertificate } from "../../../support/test-issuer.ts";
import { ISSUER, type KubernetesApi } from "../kubernetes-api.ts";
import { Accounts } from "./accounts.ts";
import { Objects } from "./objects.ts";
import { Refusal } from "./refusal.ts";

const ADMIN = "admin-token-of-the-cluster";
const OWN_KINDS = new Set([
  "namespaces",
  "serviceaccounts",
  "pods",
  "roles",
  "rolebindings",
  "clusterroles",
  "clusterrolebindings",
  "networkpolicies",
  "customresourcedefinitions",
  "tokenreviews",
]);
const PATH =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v[^/]+(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<kinds>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<part>[^/]+))?$/;
const VERBS: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "get",
  PATCH: "patch",
  DELETE: "delete",
};
/** Of all objects of a kind. */
const VERBS_OF_ALL: Readonly<Record<string, string>> = {
  POST: "create",
  GET: "list",
  DELETE: "deletecollection",
};
const crdSchema = z.object({ spec: z.object({ names: z.object({ plural: z.string() }) }) });
const reviewSchema = z.object({
  spec: z.object({ token: z.string(), audiences: z.array(z.string()).default([ISSUER]) }),
});

interface Question {
  readonly verb: string;
  readonly group: string;
  readonly namespace: string | undefined;
  readonly kinds: string;
  readonly name: string;
  /** Of the object, as `status`. */
  readonly part: string;
  readonly body: unknown;
}

export async function startStandIn(): Promise<KubernetesApi> {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  makeCertificate(folder);
  const caFile = join(folder, "certificate.pem");
  const key = readFileSync(join(folder, "key.pem"));
  const server = createServer({ cert: readFileSync(caFile), key });
  const objects = new Objects();
  const accounts = new Accounts(objects);
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void answer(request, response, { objects, accounts });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: toUrl(server),
    caFile,
    adminToken: ADMIN,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(folder, { recursive: true });
    },
  };
}

interface Cluster {
  readonly objects: Objects;
  readonly accounts: Accounts;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  cluster: Cluster,
): Promise<void> {
  const body = await text(request);
  try {
    const question = toQuestion(request, body === "" ? undefined : JSON.parse(body));
    assertMay(request.headers.authorization, question, cluster.accounts);
    if (!isKnown(question.kinds, cluster.objects)) throw new Refusal(404, "", "404 page not found");
    const status = question.verb === "create" ? 201 : 200;
    send(response, status, JSON.stringify(perform(question, cluster)));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    send(response, error.status, error.reason === "" ? error.message : error.toJson());
  }
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

function toQuestion({ method = "", url = "" }: IncomingMessage, body: unknown): Question {
  const { group = "", namespace, kinds = "", name = "", part = "" } = PATH.exec(url)?.groups ?? {};
  const verb = (name === "" ? VERBS_OF_ALL : VERBS)[method];
  if (verb === undefined || kinds === "") throw new Refusal(404, "", "404 page not found");
  return { verb, group, namespace, kinds, name, part, body };
}

function assertMay(authorization = "", question: Question, accounts: Accounts): void {
  if (authorization === `Bearer ${ADMIN}`) return;
  const claims = accounts.read(authorization.slice("Bearer ".length));
  if (claims?.aud.includes(ISSUER) !== true) throw new Refusal(401, "Unauthorized", "Unauthorized");
  const { name, serviceaccount } = { name: question.name, ...claims["kubernetes.io"] };
  if (question.part === "" && accounts.mayDo(claims["kubernetes.io"], question)) return;
  const { verb, kinds, namespace } = question;
  const message = `${kinds} "${name}" is forbidden: User "${serviceaccount.name}" cannot ${verb} resource "${kinds}"`;
  throw new Refusal(403, "Forbidden", message, { namespace, kinds, name });
}

function isKnown(kinds: string, objects: Objects): boolean {
  const custom = objects.list("customresourcedefinitions").map((it) => crdSchema.parse(it));
  return OWN_KINDS.has(kinds) || custom.some(({ spec }) => spec.names.plural === kinds);
}

function perform(question: Question, { objects, accounts }: Cluster): unknown {
  const { verb, kinds, namespace, name, part, body } = question;
  const at = { namespace, kinds, name };
  if (kinds === "tokenreviews") return review(accounts, body);
  if (part === "token") {
    const token = accounts.issue(namespace ?? "", name, body);
    return { kind: "TokenRequest", status: { token } };
  }
  if (verb === "create") return objects.create(kinds, namespace, body);
  if (verb === "patch")
    return part === "status" ? objects.patchStatus(at, body) : objects.patch(at, body);
  if (verb === "delete") return objects.delete(at, body);
  if (verb === "list") return { kind: "List", items: objects.list(kinds) };
  return objects.get(at);
}

function review(accounts: Accounts, body: unknown): unknown {
  const { token, audiences } = reviewSchema.parse(body).spec;
  const claims = accounts.read(token);
  const good = audiences.filter((it) => claims?.aud.includes(it));
  if (claims === undefined || good.length === 0)
    return { kind: "TokenReview", status: { user: {}, error: "the token is not good" } };
  const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
  const extra = pod && {
    "authentication.kubernetes.io/pod-name": [pod.name],
    "authentication.kubernetes.io/pod-uid": [pod.uid],
  };
  const username = `system:serviceaccount:${namespace}:${serviceaccount.name}`;
  const user = { username, uid: serviceaccount.uid, ...(extra && { extra }) };
  return { kind: "TokenReview", status: { authenticated: true, audiences: good, user } };
}

function toUrl(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `https://127.0.0.1:${address.port}`;
}
