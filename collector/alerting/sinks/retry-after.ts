/** RFC 9110, 10.2.3: seconds, or a date. */
const SECONDS = /^\d{1,9}$/;
/** The form that is to be sent; the two obsolete ones nobody sends. */
const DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** Who asks for more is asked again after an hour: a page does not wait for somebody's wrong clock. */
const MAX_MS = 3_600_000;

/** Undefined where it says nothing that can be understood. */
export function toRetryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (SECONDS.test(text)) return Math.min(Number(text) * 1000, MAX_MS);
  const date = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - nowMs, 0), MAX_MS);
}
