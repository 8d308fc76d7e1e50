/** Names at a host of many: below a suffix like `blob.core.windows.net` every name is somebody else's. */
import { SHARED_SUFFIXES } from "../../../protocol/shared-suffixes.ts";

/**
 * Of clouds, of which each name may be another customer's though no list says so: below them nothing is taken for the same. As of
 * November 2026.
 */
const CLOUDS: ReadonlySet<string> = new Set(
  "amazonaws.com amazonaws.com.cn on.aws api.aws windows.net azure.com azure.net azure.us azureml.ms googleapis.com goog aliyuncs.com oraclecloud.com ibm.com appdomain.cloud akamaihd.net akamaized.net akamai.net edgekey.net edgesuite.net fastly.net fastlylb.net cloudflare.com cloudflarestorage.com digitaloceanspaces.com digitalocean.com ovh.net hetzner.cloud scw.cloud myqcloud.com tencentcos.cn huaweicloud.com myhuaweicloud.com".split(
    " ",
  ),
);

/** By their labels from the right. `*` is any one label. */
interface Node {
  readonly below: Map<string, Node>;
  isSuffix: boolean;
}

const root = createTree();

/** How many of its labels, from the right, are a suffix of many; 0: none that is known. */
export function countSharedLabels(labels: readonly string[]): number {
  return find(root, labels, 0);
}

/** Of a registered domain. */
export function isCloud(domain: string): boolean {
  return CLOUDS.has(domain);
}

function find(node: Node, labels: readonly string[], depth: number): number {
  const label = labels[labels.length - 1 - depth];
  const own = node.isSuffix ? depth : 0;
  if (label === undefined) return own;
  const next = [node.below.get(label), node.below.get("*")].filter((it) => it !== undefined);
  return Math.max(own, ...next.map((it) => find(it, labels, depth + 1)));
}

function createTree(): Node {
  const top: Node = { below: new Map(), isSuffix: false };
  for (const suffix of SHARED_SUFFIXES) {
    let node = top;
    for (const label of suffix.split(".").toReversed()) {
      let next = node.below.get(label);
      if (next === undefined) {
        next = { below: new Map(), isSuffix: false };
        node.below.set(label, next);
      }
      node = next;
    }
    node.isSuffix = true;
  }
  return top;
}
