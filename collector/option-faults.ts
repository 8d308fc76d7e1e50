/** All that is wrong with how the collector was started, told at once: whoever mends one fault after the other starts it as often. */
import { CollectorError } from "./errors.ts";

export interface OptionFaults {
  /** Throws what is no fault of an option. What was read is there for whoever asks after `throwAll`. */
  read<Value>(take: () => Value): () => Value;
  /** Throws what is no fault of an option. */
  note(error: unknown): void;
  /** Throws where there are any, with the code of the first one. */
  throwAll(): void;
}

/** Some that were told of together, to be told of together with others. */
class OptionsError extends CollectorError {
  readonly faults: readonly CollectorError[];

  constructor(first: CollectorError, faults: readonly CollectorError[]) {
    const lines = faults.map(({ message }) => `\n  ${message.replaceAll("\n", "\n  ")}`);
    super(first.code, `${faults.length} things are wrong${lines.join("")}`);
    this.faults = faults;
  }
}

export function createOptionFaults(): OptionFaults {
  const faults: CollectorError[] = [];
  const note = (error: unknown): void => {
    if (!(error instanceof CollectorError)) throw error;
    faults.push(...(error instanceof OptionsError ? error.faults : [error]));
  };
  return {
    read(take) {
      try {
        const value = take();
        return () => value;
      } catch (error) {
        note(error);
        return () => {
          throw error;
        };
      }
    },
    note,
    throwAll() {
      const [first, ...others] = faults;
      if (first !== undefined) throw others.length === 0 ? first : new OptionsError(first, faults);
    },
  };
}
