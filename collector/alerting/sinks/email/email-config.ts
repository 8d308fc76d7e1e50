import { z } from "zod";

import { isLoopback } from "../is-loopback.ts";

/** A team, and who stands in for it; more is a list's work. */
const MAX_RECIPIENTS = 50;
/** RFC 8314 for the first two. */
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;
/** What RFC 5321 lets go without quoting, so that nothing in it ends a header or an address. */
const addressSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){0,8}[A-Za-z0-9-]{1,63}$/,
    "no address such as oncall@example.com, without a name",
  );

export const emailSchema = z
  .strictObject({
    type: z.literal("email"),
    host: z.string().regex(/^[A-Za-z0-9.:-]{1,255}$/, "no name or address of a host"),
    port: z.int().min(1).max(65_535).optional(),
    /** Never less than that: a server that offers no TLS is not sent anything. */
    security: z.enum(["tls", "starttls", "none"]).default("starttls"),
    caFile: z.string().min(1).optional(),
    username: z.string().min(1).max(320).optional(),
    passwordFile: z.string().min(1).optional(),
    from: addressSchema,
    to: z.array(addressSchema).min(1).max(MAX_RECIPIENTS),
    replyTo: addressSchema.optional(),
  })
  .refine(({ security, host }) => security !== "none" || isLoopback(host), {
    path: ["security"],
    error: "mail in clear goes to this machine alone: write tls or starttls",
  })
  .refine(
    ({ username, passwordFile }) => (username === undefined) === (passwordFile === undefined),
    { path: ["username"], error: "username and passwordFile go together" },
  )
  .transform(({ port, ...config }) => ({ ...config, port: port ?? PORTS[config.security] }));

export type EmailConfig = z.infer<typeof emailSchema>;
