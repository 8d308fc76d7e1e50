/** What a cluster holds, and how it changes: as far as the collector's own requests can see it. */
import { randomUUID } from "node:crypto";

import { z } from "zod";

import { Refusal } from "./refusal.ts";

const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  deletionTimestamp: z.string().optional(),
});
const objectSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: metadataSchema,
  spec: z.looseObject({ nodeName: z.string().optional() }).optional(),
  status: z.unknown().optional(),
});
export type KubernetesObject = z.infer<typeof objectSchema>;

const deletionSchema = z.object({
  gracePeriodSeconds: z.int().nonnegative().optional(),
  preconditions: z.object({ uid: z.string() }).optional(),
});

export interface ObjectAt {
  readonly namespace: string | undefined;
  /** In the plural. */
  readonly kinds: string;
  readonly name: string;
}

/** Of pods; of all else nothing. */
const USUAL_GRACE_S = 30;

export class Objects {
  readonly #objects = new Map<string, KubernetesObject>();

  list(kinds: string): KubernetesObject[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(`${kinds} `))
      .map(([, object]) => object);
  }

  /** Throws `Refusal`. */
  get(at: ObjectAt): KubernetesObject {
    const found = this.#objects.get(toKey(at));
    if (found === undefined) throw Refusal.notFound(at);
    return found;
  }

  create(kinds: string, namespace: string | undefined, body: unknown): KubernetesObject {
    const object = objectSchema.parse(body);
    const { metadata } = object;
    const at = { namespace, kinds, name: metadata.name };
    if (namespace !== undefined)
      this.get({ namespace: undefined, kinds: "namespaces", name: namespace });
    if (this.#objects.has(toKey(at))) throw Refusal.alreadyExists(at);
    const creationTimestamp = new Date().toISOString();
    const made = { ...metadata, ...(namespace !== undefined && { namespace }) };
    const status = kinds === "pods" ? { phase: "Pending" } : undefined;
    const full = { ...made, uid: randomUUID(), creationTimestamp };
    const created = { ...object, metadata: full, ...(hasStatus(kinds) && { status }) };
    this.#objects.set(toKey(at), created);
    return created;
  }

  patch(at: ObjectAt, change: unknown): KubernetesObject {
    const before = this.get(at);
    const merged = objectSchema.parse(merge(before, change));
    const { uid } = before.metadata;
    if (merged.metadata.uid !== uid) throw Refusal.otherUid(at, merged.metadata.uid, uid);
    return this.#keep(at, hasStatus(at.kinds) ? { ...merged, status: before.status } : merged);
  }

  patchStatus(at: ObjectAt, change: unknown): KubernetesObject {
    const before = this.get(at);
    const { status } = objectSchema.parse(merge(before, change));
    return this.#keep(at, { ...before, status });
  }

  /** What became of it: an object that is still there, or was until now. */
  delete(at: ObjectAt, body: unknown): KubernetesObject {
    const options = deletionSchema.parse(body ?? {});
    const object = this.get(at);
    const { uid, finalizers = [] } = object.metadata;
    const wanted = options.preconditions?.uid;
    if (wanted !== undefined && wanted !== uid) throw Refusal.otherUid(at, wanted, uid);
    const isRunning = at.kinds === "pods" && object.spec?.nodeName !== undefined;
    const grace = isRunning ? (options.gracePeriodSeconds ?? USUAL_GRACE_S) : 0;
    const deletionTimestamp = new Date(Date.now() + grace * 1_000).toISOString();
    const ending = { ...object, metadata: { ...object.metadata, deletionTimestamp } };
    if (grace > 0 || finalizers.length > 0) return this.#keep(at, ending);
    this.#objects.delete(toKey(at));
    return ending;
  }

  #keep(at: ObjectAt, object: KubernetesObject): KubernetesObject {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const isDone = deletionTimestamp !== undefined && finalizers.length === 0;
    if (isDone && at.kinds !== "pods") this.#objects.delete(toKey(at));
    else this.#objects.set(toKey(at), object);
    return object;
  }
}

function toKey({ kinds, namespace = "", name }: ObjectAt): string {
  return `${kinds} ${namespace} ${name}`;
}

/** Written by its own path alone. */
function hasStatus(kinds: string): boolean {
  return kinds === "pods" || kinds === "ephemeralrunners";
}

/** RFC 7386. */
function merge(before: unknown, change: unknown): unknown {
  if (!isRecord(change)) return change;
  const merged: Record<string, unknown> = isRecord(before) ? { ...before } : {};
  for (const [name, value] of Object.entries(change)) {
    if (value === null) delete merged[name];
    else merged[name] = merge(merged[name], value);
  }
  return merged;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
