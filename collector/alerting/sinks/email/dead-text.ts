/** Readers of mail make links of addresses by themselves. Those that a job has chosen lead nowhere so, and can still be read. */
export function toDeadText(text: string): string {
  return text.replaceAll("://", "[:]//").replaceAll(/\bwww\./gi, "www[.]");
}
