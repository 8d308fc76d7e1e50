/** What is wrong with, or worth a warning about, one place of a policy's text. */
export interface Problem {
  /** In UTF-16 units from the start of the text. */
  readonly offset: number;
  /** Reads on after `policy.yml:3:5: `. */
  readonly message: string;
}
