/** How a connection can come out. In a file without a schema, so that an agent need not load one to go through them. */
export const CONNECT_RESULTS = [
  "established",
  "refused",
  "timed-out",
  "unreachable",
  "denied",
  "in-progress",
  /** The program gave up before there was an answer. */
  "abandoned",
  "failed",
] as const;
export type ConnectResult = (typeof CONNECT_RESULTS)[number];
