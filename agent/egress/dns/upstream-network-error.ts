/** What the kernel says of a resolver that cannot be reached, in words that follow the resolver's address. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "broke off the connection",
  EPIPE: "broke off the connection",
  ENETUNREACH: "cannot be reached (no route to its network)",
  EADDRNOTAVAIL: "cannot be reached (no address to ask from)",
  EHOSTUNREACH: "cannot be reached (no route to it)",
  ETIMEDOUT: "did not take the connection",
  EPERM: "cannot be asked (a packet filter of this machine forbids it)",
  EACCES: "cannot be asked (a packet filter of this machine forbids it)",
  EMFILE: "cannot be asked (the guard has too many files open)",
  ENFILE: "cannot be asked (the machine has too many files open)",
};

export function toNetworkReason(error: Error & { readonly code?: unknown }): string {
  const code = typeof error.code === "string" ? error.code : error.message;
  return WORDS[code] ?? `cannot be asked (${code})`;
}
