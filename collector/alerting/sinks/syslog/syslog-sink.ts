/** Any receiver of syslog. */
import { hostname } from "node:os";

import { z } from "zod";

import { defineSinkType } from "../../sink-type.ts";
import { openAuthorities } from "../endpoint.ts";
import { isLoopback } from "../is-loopback.ts";
import { RECORD_FORMATS } from "../siem/to-record.ts";
import { sendMessage } from "./send-message.ts";
import { toSyslogMessage } from "./to-message.ts";

/** RFC 5425, 4.1 and RFC 5426, 3.3. */
const PORTS = { tls: 6_514, tcp: 514, udp: 514 } as const;
/** What receivers should take: RFC 5425, 4.3.1 and RFC 5426, 3.2. */
const MAX_BYTES = { tls: 8_192, tcp: 8_192, udp: 2_048 } as const;
/** RFC 5424, 6.2.1: the numbers from 0. */
const FACILITIES: ReadonlyMap<string, number> = new Map([
  ["user", 1],
  ["auth", 4],
  ["authpriv", 10],
  ["audit", 13],
  ["alert", 14],
  ...Array.from({ length: 8 }, (_, index) => [`local${index}`, 16 + index] as const),
]);
/** RFC 5612 keeps it for examples: nobody else's names are in it. */
const ENTERPRISE = 32_473;
/** RFC 5425, 4.3.1: what each receiver takes. */
const MIN_BYTES = 2_048;
const MOST_BYTES = 65_536;

const schema = z
  .strictObject({
    type: z.literal("syslog"),
    host: z.string().regex(/^[A-Za-z0-9.:-]{1,255}$/, "no name or address of a host"),
    port: z.int().min(1).max(65_535).optional(),
    transport: z.enum(["tls", "tcp", "udp"]).default("tls"),
    /** The way is safe without TLS. To this machine itself it need not be said. */
    plainTcp: z.boolean().default(false),
    caFile: z.string().min(1).optional(),
    facility: z
      .string()
      .default("audit")
      .transform((name, context) => {
        const facility = FACILITIES.get(name);
        if (facility !== undefined) return facility;
        const message = `none of ${[...FACILITIES.keys()].join(", ")}`;
        context.addIssue({ code: "custom", message });
        return z.NEVER;
      }),
    content: z.enum(["text", ...RECORD_FORMATS]).default("text"),
    /** A number that IANA has given the operator, for the names of the structured data. */
    enterprise: z.int().min(1).max(4_294_967_295).default(ENTERPRISE),
    /** What the receiver takes. */
    maxBytes: z.int().min(MIN_BYTES).max(MOST_BYTES).optional(),
  })
  .refine(({ transport, host }) => transport !== "udp" || isLoopback(host), {
    path: ["transport"],
    error: "datagrams get lost on the way, so that they go to this machine alone: write tls",
  })
  .refine(({ transport, host, plainTcp }) => transport !== "tcp" || plainTcp || isLoopback(host), {
    path: ["transport"],
    error:
      'in clear it goes to this machine alone, unless "plainTcp": true says that the way is safe',
  });

export const SYSLOG = defineSinkType({
  type: "syslog",
  usually: "all",
  schema,
  open(config, surroundings) {
    const { transport, host, port = PORTS[transport], facility, content, enterprise } = config;
    const { maxBytes = MAX_BYTES[transport] } = config;
    const readAuthorities = openAuthorities({ ...config, plainHttp: false }, surroundings);
    const options = {
      facility,
      hostname: hostname(),
      content,
      enterprise,
      maxBytes,
    };
    return {
      name: surroundings.name,
      async deliver(notification, { signal }) {
        const message = toSyslogMessage(notification, options);
        try {
          const receiver = { transport, host, port, authorities: readAuthorities() };
          await sendMessage(receiver, message, signal);
          return { status: "delivered" };
        } catch (error) {
          return { status: "retryable", reason: `${host} could not be sent it: ${codeOf(error)}` };
        }
      },
    };
  },
});

/** What messages of errors say may hold parts of what was sent. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "the connection failed";
}
