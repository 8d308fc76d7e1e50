/** The words of an input that is a list in one text. */
export interface ListWord {
  readonly text: string;
  readonly hasExpression: boolean;
}

export const EXPRESSION_START = "${{";
const EXPRESSION_END = "}}";

/** By white space, of which there may be some in an expression: `${{ env.HOST }}:443` is one word. */
export function toListWords(text: string): ListWord[] {
  const words: ListWord[] = [];
  const spaces = /\s/;
  const lastEnd = text.lastIndexOf(EXPRESSION_END);
  let at = 0;
  while (at < text.length) {
    if (spaces.test(text.charAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    let hasExpression = false;
    while (at < text.length && !spaces.test(text.charAt(at))) {
      if (at < lastEnd && text.startsWith(EXPRESSION_START, at)) {
        hasExpression = true;
        at = text.indexOf(EXPRESSION_END, at) + EXPRESSION_END.length;
      } else {
        at += 1;
      }
    }
    words.push({ text: text.slice(start, at), hasExpression });
  }
  return words;
}
