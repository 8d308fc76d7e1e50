/** In front of `token`: what is no secret, and random all the same. */
export const HARMLESS_TOKENS: ReadonlySet<string> = new Set([
  "cancellation",
  "change",
  "continuation",
  "cursor",
  "idempotency",
  "next",
  "nextpage",
  "page",
  "pagination",
  "public",
  "publishable",
  "resume",
  "starting",
  "sync",
]);
