/** Tokens of service accounts, and what these may do by the roles that are bound to them. */
import { generateKeyPairSync, sign, verify } from "node:crypto";

import { z } from "zod";

import { toSigningInput } from "../../../support/test-issuer.ts";
import { ISSUER } from "../kubernetes-api.ts";
import type { KubernetesObject, Objects } from "./objects.ts";

export interface Asked {
  readonly verb: string;
  readonly group: string;
  readonly kinds: string;
  readonly namespace: string | undefined;
  readonly name: string;
}

const requestSchema = z.object({
  spec: z.object({
    audiences: z.array(z.string()).default([ISSUER]),
    boundObjectRef: z.object({ name: z.string() }).optional(),
  }),
});
const nameSchema = z.object({ name: z.string(), uid: z.string() });
const claimsSchema = z.object({
  aud: z.array(z.string()),
  "kubernetes.io": z.object({
    namespace: z.string(),
    serviceaccount: nameSchema,
    pod: nameSchema.optional(),
  }),
});
type Claims = z.infer<typeof claimsSchema>;
const roleSchema = z.object({
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      verbs: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
    }),
  ),
});
const bindingSchema = z.object({
  metadata: z.object({ namespace: z.string().optional() }),
  roleRef: z.object({ kind: z.enum(["Role", "ClusterRole"]), name: z.string() }),
  subjects: z.array(z.object({ name: z.string(), namespace: z.string() })),
});

const HOUR_S = 3_600;

export class Accounts {
  readonly #keys = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  readonly #objects: Objects;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  issue(namespace: string, name: string, body: unknown): string {
    const { audiences: aud, boundObjectRef } = requestSchema.parse(body).spec;
    const serviceaccount = this.#nameOf("serviceaccounts", namespace, name);
    const pod =
      boundObjectRef === undefined
        ? undefined
        : this.#nameOf("pods", namespace, boundObjectRef.name);
    const iat = Math.floor(Date.now() / 1_000);
    const of = { namespace, serviceaccount, ...(pod !== undefined && { pod }) };
    const times = { iat, nbf: iat, exp: iat + HOUR_S };
    const sub = `system:serviceaccount:${namespace}:${name}`;
    const claims = { iss: ISSUER, sub, aud, ...times, "kubernetes.io": of };
    const text = toSigningInput({ alg: "RS256", kid: "first" }, claims);
    const signature = sign("sha256", Buffer.from(text), this.#keys.privateKey);
    return `${text}.${signature.toString("base64url")}`;
  }

  /** Undefined: it is not good, or what it is of is gone. */
  read(token: string): Claims | undefined {
    const [head = "", payload = "", signature = ""] = token.split(".");
    const signed = Buffer.from(`${head}.${payload}`);
    const isSigned = verify(
      "sha256",
      signed,
      this.#keys.publicKey,
      Buffer.from(signature, "base64url"),
    );
    if (!isSigned) return undefined;
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
    const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
    const isThere =
      this.#has("serviceaccounts", namespace, serviceaccount) &&
      (pod === undefined || this.#has("pods", namespace, pod));
    return isThere ? claims : undefined;
  }

  mayDo({ namespace, serviceaccount }: Claims["kubernetes.io"], asked: Asked): boolean {
    const everywhere = this.#objects.list("clusterrolebindings");
    const bindings = [...everywhere, ...this.#objects.list("rolebindings")];
    return bindings
      .map((object) => bindingSchema.parse(object))
      .filter(({ metadata }) => [undefined, asked.namespace].includes(metadata.namespace))
      .filter(({ subjects }) =>
        subjects.some((it) => it.name === serviceaccount.name && it.namespace === namespace),
      )
      .some((binding) => this.#allows(binding, asked));
  }

  #allows({ metadata, roleRef }: z.infer<typeof bindingSchema>, asked: Asked): boolean {
    const role =
      roleRef.kind === "Role"
        ? { namespace: metadata.namespace, kinds: "roles", name: roleRef.name }
        : { namespace: undefined, kinds: "clusterroles", name: roleRef.name };
    return roleSchema
      .parse(this.#objects.get(role))
      .rules.some(
        ({ apiGroups, resources, verbs, resourceNames }) =>
          (resourceNames?.includes(asked.name) ?? true) &&
          apiGroups.includes(asked.group) &&
          resources.includes(asked.kinds) &&
          verbs.includes(asked.verb),
      );
  }

  #nameOf(kinds: string, namespace: string, name: string): z.infer<typeof nameSchema> {
    return nameSchema.parse(this.#objects.get({ namespace, kinds, name }).metadata);
  }

  #has(kinds: string, namespace: string, { name, uid }: z.infer<typeof nameSchema>): boolean {
    return this.#objects
      .list(kinds)
      .some((it: KubernetesObject) => isSame(it, namespace, name) && it.metadata.uid === uid);
  }
}

function isSame({ metadata }: KubernetesObject, namespace: string, name: string): boolean {
  return metadata.namespace === namespace && metadata.name === name;
}
