/** What an answer says of itself, from IANA's list of DNS parameters. */
export const RCODE = {
  noError: 0,
  formatError: 1,
  serverFailure: 2,
  nameError: 3,
  notImplemented: 4,
  refused: 5,
  /** Only to be said with EDNS: its upper bits stand in the OPT record. */
  badVersion: 16,
} as const;
