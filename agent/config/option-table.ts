/** An option: how it is described, and what may be written for it. */
export interface OptionDescription<Value> {
  readonly description: string;
  /** What stands for the value in a synopsis; absent for a flag that takes none. */
  readonly placeholder?: string;
  /** Undefined refuses the text. */
  readonly parse: (text: string) => Value | undefined;
  /** What may be written, for the message that refuses. */
  readonly expects: string;
  /** Given more than once, the flag adds up; the last one counts of all others. */
  readonly isList?: true;
}

/** Every entry is a flag `--like-this` and a variable `RUNNER_GUARD_LIKE_THIS`; the flag wins. */
export type OptionTable<Config> = {
  readonly [Name in keyof Config]-?: OptionDescription<NonNullable<Config[Name]>>;
};
