/** As guards write it: texts of one form are in the order of their times. */
export function toTimestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
