/** The first `maxLength` UTF-16 units. A character that is cut in two becomes the replacement character. */
export function toBounded(text: string, maxLength: number): string {
  return text.slice(0, maxLength).toWellFormed();
}
