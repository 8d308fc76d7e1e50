/** Which of the command's outputs become pipes and which terminals, so that it finds them as it would without the guard. */

/** An output that the command would inherit. */
export interface InheritedOutput {
  readonly descriptor: number;
  readonly isTerminal: boolean;
  /** The same for two that lead to the same file. */
  readonly file: string;
}

export interface OutletPlan {
  readonly kind: "pipe" | "terminal";
  /** Of the command. Two share one where they led to the same file, so that what is written stays in its order. */
  readonly descriptors: readonly number[];
  /** Of the guard. */
  readonly target: number;
}

export interface OutputLayout {
  readonly outlets: readonly OutletPlan[];
  /**
   * The command leads a session of its own on the terminal that its stdout becomes, and what is typed is passed on: so it is
   * that terminal that it sets up, and that Ctrl-C acts on.
   */
  readonly hasSession: boolean;
}

interface LayoutFacts {
  readonly outputs: readonly InheritedOutput[];
  /** Stdin is a terminal, and what is typed there is for the guard's process group. */
  readonly mayTakeTerminal: boolean;
}

const STDOUT = 1;

export function toOutputLayout({ outputs, mayTakeTerminal }: LayoutFacts): OutputLayout {
  const byFile = Object.groupBy(outputs, ({ file }) => file);
  const outlets = Object.values(byFile).flatMap((group = []): OutletPlan[] => {
    const [first] = group;
    if (first === undefined) return [];
    const kind = first.isTerminal ? "terminal" : "pipe";
    return [{ kind, descriptors: group.map((it) => it.descriptor), target: first.descriptor }];
  });
  const ofStdout = outlets.find(({ descriptors }) => descriptors.includes(STDOUT));
  return { outlets, hasSession: mayTakeTerminal && ofStdout?.kind === "terminal" };
}
