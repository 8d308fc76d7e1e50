import type { FlowAddress } from "../../observation.ts";
import { CLUSTER_CLIENTS } from "../data/cluster-clients.ts";
import type { Actor } from "../facts/actor.ts";
import {
  hasLeft,
  isListed,
  isOfJob,
  type Sent,
  senderOf,
  toPlace,
  toPlainIp,
} from "../facts/destination.ts";
import { findEmployer } from "../facts/package-managers.ts";
import { isPublicAddress } from "../facts/public-address.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Flagged, Rule } from "../rule.ts";

/** Where a cluster's own machines serve it, unless they were told otherwise. */
const USUAL_PORT = 6_443;
/** `/var/run/secrets/kubernetes.io/serviceaccount/token`, and as the kubelet keeps it on the node. */
const TOKEN_PLACES = ["kubernetes.io/serviceaccount/", "kubernetes.io~projected/kube-api-access-"];

export const clusterApiAccess: Rule = {
  id: "cluster-api-access",
  title: "Kubernetes API reached",
  flags:
    "A step that connects to the API of the cluster that it runs in (the address of KUBERNETES_SERVICE_HOST, or port 6443 in a private network), asks for its name (kubernetes.default.svc), or reads a ServiceAccount's token.",
  why: "The token of the pod that a job runs in says what the job may do to the cluster: often it can start pods, read secrets of other jobs, or take over the node.",
  advice:
    "Give runner pods no token (`automountServiceAccountToken: false`), or one that may do nothing. If the job deploys to its own cluster, allow the API in policy. Else look at what the token was used for in the cluster's audit log.",
  severity: "high",
  response: "report",
  techniques: ["T1552.007"],
  references: [
    {
      title: "MITRE ATT&CK T1552.007, Container API",
      url: "https://attack.mitre.org/techniques/T1552/007/",
    },
    {
      title: "Kubernetes: Accessing the Kubernetes API from a Pod",
      url: "https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/",
    },
  ],
  honest: [
    "What policy allows stays quiet; reading the token is told as low then.",
    "`kubectl`, `helm`, `terraform` and others whose job it is are told as low, unless a package that is being installed starts them.",
    "The runner itself, which starts a job's pods in ARC's Kubernetes mode, is told as low.",
    "Clusters on loopback (kind, envtest) stay quiet.",
  ],
  on: {
    connect: look,
    flow: look,
    packet: look,
    "dns-query"({ name, verdict, rule }, actor, facts) {
      if (!isApiName(name) || isListed({ verdict, rule })) return undefined;
      return toFlagged(`asked for ${name}, the cluster's API`, "name", { actor, facts });
    },
    "file-read"({ path }, actor, facts) {
      if (!path.endsWith("/token") || !TOKEN_PLACES.some((place) => path.includes(place))) {
        return undefined;
      }
      const flagged = toFlagged(`read the ServiceAccount's token ${path}`, "token", {
        actor,
        facts,
      });
      return mayUseApi(facts) ? { ...flagged, severity: "low" } : flagged;
    },
  },
};

/** Below the cluster's own domain, whatever that is; and as programs write it before the resolver adds the domain. */
function isApiName(name: string): boolean {
  if (!name.startsWith("kubernetes.default")) return false;
  return name === "kubernetes.default" || /^kubernetes\.default\.svc(?:\.|$)/.test(name);
}

function look(seen: Sent, actor: Actor | undefined, facts: RunFacts): Flagged | undefined {
  const { address, at } = seen;
  if (!isApi(address, facts) || !hasLeft(seen)) return undefined;
  if (isListed(facts.network.judge(address, at))) return undefined;
  const place = toPlace({ ...address, ip: toPlainIp(address.ip ?? "") });
  return toFlagged(`connected to the cluster's API at ${place}`, place, { actor, facts });
}

function isApi({ ip, port, transport }: FlowAddress, { place }: RunFacts): boolean {
  if (ip === undefined || transport !== "tcp") return false;
  if (port === place.clusterApi?.port && toPlainIp(ip) === place.clusterApi?.ip) return true;
  return port === USUAL_PORT && !isPublicAddress(ip) && !/^(?:::ffff:)?127\.|^::1$/.test(ip);
}

function mayUseApi({ place: { clusterApi }, network }: RunFacts): boolean {
  if (clusterApi === undefined) return false;
  const family = clusterApi.ip.includes(":") ? "ipv6" : "ipv4";
  return isListed(network.judge({ transport: "tcp", family, ...clusterApi }, "begun"));
}

function toFlagged(
  deed: string,
  subject: string,
  { actor, facts }: { readonly actor: Actor | undefined; readonly facts: RunFacts },
): Flagged {
  const isMeant = isClient(actor) || !isOfJob(actor, facts);
  return {
    message: `${senderOf(actor)} ${deed}`,
    subject,
    ...(isMeant && { severity: "low" }),
  };
}

function isClient(actor: Actor | undefined): boolean {
  if (actor === undefined || !CLUSTER_CLIENTS.has(actor.program?.name ?? "")) return false;
  return findEmployer(actor)?.installs !== true;
}
