import { exactly, literal, type Part } from "../shape.ts";

/** RFC 9562, as it is written. */
export const UUID: readonly Part[] = [
  exactly(8, "hex"),
  literal("-"),
  exactly(4, "hex"),
  literal("-"),
  exactly(4, "hex"),
  literal("-"),
  exactly(4, "hex"),
  literal("-"),
  exactly(12, "hex"),
];

/** What a name holds that a secret is assigned to, and not some other number of the same vendor. */
export const OF_SECRETS = ["key", "token", "secret", "auth", "pass", "credential"] as const;
