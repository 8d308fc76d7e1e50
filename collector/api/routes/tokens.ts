/** Tokens of a tenant: an admin's, also while no shell on the collector's machine is at hand. */
import { z } from "zod";

import { CollectorError, RequestProblem } from "../../errors.ts";
import type { ListedToken, NewToken } from "../../identity/token-file.ts";
import { defineJsonRoute, defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export interface TokenDesk {
  /** Of all tenants. */
  readonly list: () => readonly ListedToken[];
  readonly give: (grant: Pick<ListedToken, "tenant" | "role">) => NewToken;
  readonly revoke: (id: string) => void;
}

const MAX_BODY_BYTES = 256;
/** Of the 10,000 that there may be of all. */
const MAX_OF_TENANT = 1_000;
const roleSchema = z.enum(["agent", "viewer", "responder", "admin"]);
export const tokenSchema = z.object({
  id: z.string().describe("The beginning of its hash, as the audit log has it."),
  role: roleSchema,
  createdAt: z.iso.datetime(),
});
export const newTokenSchema = tokenSchema.extend({
  token: z.string().describe("Told this once: nothing but its hash is kept."),
});
const listSchema = z.object({
  items: z.array(tokenSchema).describe("Those that variables give are not among them."),
});

export function createTokenRoutes(desk: TokenDesk): readonly Route[] {
  return [
    defineRoute({
      method: "GET",
      path: "/v1/tokens",
      role: "admin",
      isAudited: true,
      summary: "The tenant's tokens that were given out.",
      query: {},
      answers: { 200: "Who may do what" },
      json: { name: "TokenList", schema: listSchema },
      refusals: ["storage-failed"],
      answer: ({ caller: { tenant } }) => ({
        status: 200,
        json: {
          items: guarded(() => desk.list().filter((one) => one.tenant === tenant)).map(toView),
        },
      }),
    }),
    defineJsonRoute({
      method: "POST",
      path: "/v1/tokens",
      role: "admin",
      isAudited: true,
      maxBodyBytes: MAX_BODY_BYTES,
      summary: "Give out a token.",
      query: {},
      body: z.strictObject({ role: roleSchema }),
      answers: { 201: "The token" },
      json: { name: "NewToken", schema: newTokenSchema },
      refusals: ["quota-exceeded", "storage-failed"],
      answer({ caller: { tenant }, body: { role } }) {
        const made = guarded(() => {
          const own = desk.list().filter((one) => one.tenant === tenant).length;
          if (own < MAX_OF_TENANT) return desk.give({ tenant, role });
          const message = `the tenant has ${MAX_OF_TENANT} tokens already; take some back`;
          throw new RequestProblem("quota-exceeded", message);
        });
        return { status: 201, json: { ...toView(made), token: made.token } };
      },
    }),
    defineRoute({
      method: "DELETE",
      path: "/v1/tokens/{id}",
      role: "admin",
      isAudited: true,
      summary: "Take a token back: it is good for nothing within a second.",
      parameters: { id: "The token" },
      query: {},
      answers: { 200: "It was taken back" },
      json: { name: "RevokedToken", schema: z.object({}) },
      refusals: ["not-found", "storage-failed"],
      answer({ caller: { tenant }, parameters: { id = "" } }) {
        guarded(() => {
          if (desk.list().some((one) => one.id === id && one.tenant === tenant)) desk.revoke(id);
          else throw new RequestProblem("not-found", "there is no such token");
        });
        return { status: 200, json: {} };
      },
    }),
  ];
}

function toView({ id, role, createdAt }: Pick<ListedToken, "id" | "role" | "createdAt">) {
  return { id, role, createdAt };
}

/** The file cannot be read or written: whoever asks cannot mend that. */
function guarded<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    throw new RequestProblem("storage-failed", error.message, { cause: error });
  }
}
