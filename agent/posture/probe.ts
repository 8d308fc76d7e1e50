import { connect } from "node:net";

import type { PosturePlaces } from "./posture-places.ts";
import { askWhatAccountMayDo } from "./probe-service-account.ts";
import type { Probes } from "./probes.ts";

const METADATA = { host: "169.254.169.254", port: 80 };
/** It is one hop away where it is there at all. */
const PATIENCE_MS = 300;

/** One connection that is opened and closed, without a word, and one question to the Kubernetes API where a token is mounted. */
export async function probe(places: PosturePlaces, target = METADATA): Promise<Probes> {
  const [metadata, mayDo] = await Promise.all([
    takesConnections(target),
    askWhatAccountMayDo(places),
  ]);
  return { metadata, ...(mayDo && { mayDo }) };
}

async function takesConnections(target: typeof METADATA): Promise<boolean> {
  const socket = connect(target);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE_MS);
  socket.once("connect", () => resolve(true)).on("error", () => resolve(false));
  const takes = await promise;
  clearTimeout(timer);
  socket.destroy();
  return takes;
}
