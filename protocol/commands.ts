/** What an operator asks of an agent that runs, what that is signed with, and what the agent answers. */
import { z } from "zod";

/** Of an agent's request for its commands: 16 random bytes, which the pings that answer it are signed over. */
export const NONCE_HEADER = "runner-guard-nonce";
/** Of the same: the number of the last command that the agent has settled, as of any server-sent events. */
export const LAST_NUMBER_HEADER = "last-event-id";

/**
 * Each direction has a key of its own, by HKDF (RFC 5869) from the run's upload key with the run's name as salt: what one end has signed
 * is nothing that the other could have, and neither is a batch.
 */
export const TO_AGENT_KEY_INFO = "runner-guard commands to the agent 1";
export const FROM_AGENT_KEY_INFO = "runner-guard commands from the agent 1";

export const COMMAND_LIMITS = {
  maxReasonCharacters: 500,
  /** Of who is answerable. */
  maxByCharacters: 128,
  /** Of one order, as at the control socket. */
  maxDeny: 200,
  maxDestinationCharacters: 300,
  /** Of a run: what an agent has to remember, and be sent again. */
  maxCommands: 1_000,
  /** Of a message on the wire; 200 destinations of the greatest length stay below. */
  maxMessageBytes: 131_072,
  maxWaitSeconds: 50,
  /** Whoever hears nothing for three of them has lost the other end. */
  pingMs: 15_000,
};

const hex32Schema = z.string().regex(/^[0-9a-f]{64}$/);
const numberSchema = z.int().positive();
export const reasonSchema = z.string().trim().min(1).max(COMMAND_LIMITS.maxReasonCharacters);

/** Settings have the one value that cannot be laxer than what is in force. */
const tighteningSchema = z.strictObject({
  deny: z
    .array(
      z
        .string()
        .max(COMMAND_LIMITS.maxDestinationCharacters)
        // Without the two that JSON would double.
        .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "printable ASCII without spaces and quotes"),
    )
    .max(COMMAND_LIMITS.maxDeny)
    .optional(),
  mode: z.literal("block").optional(),
  dns: z.literal("allowed-names").optional(),
  sni: z.literal("verify").optional(),
});

export const killRequestSchema = z.strictObject({ reason: reasonSchema });

export const someTighteningSchema = tighteningSchema.refine(
  ({ deny = [], ...settings }) => deny.length + Object.keys(settings).length,
  "is empty: give deny, mode, dns or sni",
);
export type Tightening = z.infer<typeof tighteningSchema>;

export const tightenRequestSchema = z.strictObject({
  reason: reasonSchema,
  tighten: someTighteningSchema,
});

export const commandKindSchema = z.enum(["kill", "policy"]);
export type CommandKind = z.infer<typeof commandKindSchema>;

const asked = {
  /** In words: who is answerable for it. */
  by: z.string().min(1).max(COMMAND_LIMITS.maxByCharacters),
  reason: reasonSchema,
  at: z.iso.datetime(),
};
/** The bodies of commands. What is to be tightened is read by the agent, which says itself what would loosen. */
export const killBodySchema = z.object(asked);
export const policyBodySchema = z.object({
  ...asked,
  tighten: z.record(z.string(), z.unknown()),
});
export type KillBody = z.infer<typeof killBodySchema>;
export type PolicyBody = z.infer<typeof policyBodySchema>;

/** On the wire, as the data of one server-sent event. Kinds may come that an agent does not know. */
export const signedCommandSchema = z.object({
  number: numberSchema,
  kind: z.string().regex(/^[a-z][a-z-]{0,31}$/),
  /** JSON, as it was signed. */
  body: z.string().max(COMMAND_LIMITS.maxMessageBytes),
  mac: hex32Schema,
});
export type SignedCommand = z.infer<typeof signedCommandSchema>;

/** Says that the other end lives, and which commands there are: none can be held back unseen. */
export const signedPingSchema = z.object({
  /** From 1 within one answer. */
  ping: numberSchema,
  lastNumber: z.int().nonnegative(),
  mac: hex32Schema,
});
export type SignedPing = z.infer<typeof signedPingSchema>;

export const commandMessageSchema = z.union([signedCommandSchema, signedPingSchema]);
export type CommandMessage = z.infer<typeof commandMessageSchema>;

/** What `?wait=SECONDS` is answered: commands as soon as there are some, else none when the time is over. */
export const polledCommandsSchema = z.object({ messages: z.array(commandMessageSchema) });
export type PolledCommands = z.infer<typeof polledCommandsSchema>;

/** `queued`: it waits for its agent, and `delivered`: the agent has it, is about to obey. The other two are final. */
export const commandStateSchema = z.enum(["queued", "delivered", "obeyed", "refused"]);
export type CommandState = z.infer<typeof commandStateSchema>;

/** The agent's word on a command, MACed as it is sent. */
export const commandAnswerSchema = z.object({
  state: z.enum(["delivered", "obeyed", "refused"]),
  /** Why it was refused, or what is to be known besides. */
  reason: z.string().max(COMMAND_LIMITS.maxReasonCharacters).optional(),
});
export type CommandAnswer = z.infer<typeof commandAnswerSchema>;

/** As operators see it. */
export const commandViewSchema = z.object({
  number: numberSchema,
  kind: commandKindSchema,
  by: z.string(),
  reason: z.string(),
  askedAt: z.iso.datetime(),
  state: commandStateSchema,
  /** When it came into that state. */
  stateAt: z.iso.datetime(),
  /** The agent's. */
  answer: z.string().nullable(),
});
export type CommandView = z.infer<typeof commandViewSchema>;

/**
 * HMAC-SHA-256 is taken over these texts in UTF-8, and over the body where there is one, under the key of its direction. No member
 * before the body can hold a line feed, so that two of them never read the same.
 */
export function toCommandHead(runId: string, { number, kind }: { number: number; kind: string }) {
  return `runner-guard command 1\n${runId}\n${number}\n${kind}\n`;
}

export function toPingText(
  runId: string,
  nonce: string,
  { ping, lastNumber }: Pick<SignedPing, "ping" | "lastNumber">,
) {
  return `runner-guard ping 1\n${runId}\n${nonce}\n${ping}\n${lastNumber}\n`;
}

export function toListenText(runId: string, nonce: string, lastNumber: number) {
  return `runner-guard listen 1\n${runId}\n${nonce}\n${lastNumber}\n`;
}

export function toAnswerHead(runId: string, number: number) {
  return `runner-guard answer 1\n${runId}\n${number}\n`;
}
