/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
import { z } from "zod";

const ownerSchema = z
  .object({
    apiVersion: z.string(),
    kind: z.string(),
    name: z.string(),
    uid: z.string(),
    controller: z.boolean().nullish(),
  })
  .transform(({ controller, ...owner }) => ({ ...owner, isController: controller === true }));

export const metadataSchema = z
  .object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(ownerSchema).nullish(),
  })
  .transform(({ namespace, name, uid, deletionTimestamp, labels, ownerReferences }) => ({
    namespace,
    name,
    uid,
    isEnding: (deletionTimestamp ?? undefined) !== undefined,
    labels: labels ?? {},
    owners: ownerReferences ?? [],
  }));
