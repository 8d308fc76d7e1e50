/** What commander says of a mistake, in one line. */
export function toSentence(text: string): string {
  return text
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (?<meant>[^\n]+)\?\)\n*$/, ", did you mean $<meant>?")
    .trimEnd();
}
