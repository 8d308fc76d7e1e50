/** Where an object of a cluster is. */
import type { ObjectName } from "./cluster.ts";

export interface ObjectPath {
  readonly path: string;
  readonly name: string;
  /** In the plural, as paths and answers have it. */
  readonly kinds: string;
}

export interface ObjectKind {
  /** Group and version, as paths have them. */
  readonly under: string;
  readonly kinds: string;
}

/** RFC 1123, as Kubernetes names things: nothing that leads to another path. */
export const OBJECT_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;

/** Undefined: nothing can have such a name. */
export function toObjectPath(
  { under, kinds }: ObjectKind,
  { namespace, name }: ObjectName,
): ObjectPath | undefined {
  if (!OBJECT_NAME.test(namespace) || !OBJECT_NAME.test(name)) return undefined;
  return { path: `${under}/namespaces/${namespace}/${kinds}/${name}`, name, kinds };
}
