/** The few ways in which the doctor's text stands out, or plain text where colour is off. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
}

export function toStyle(colour: boolean): Style {
  const paint =
    (code: number) =>
    (text: string): string =>
      colour ? `\u001B[${code}m${text}\u001B[0m` : text;
  return { strong: paint(1), good: paint(32), bad: paint(31), faint: paint(2) };
}
