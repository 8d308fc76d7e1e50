/** What a phase of the action has of the runner: its variables, its files, and its log. */
import { type AnnotationLevel, toWorkflowCommand } from "../summary/annotation.ts";
import { setValues } from "./environment-file.ts";
import { toLogLine, toMaskCommands } from "./log-line.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
type Values = Readonly<Record<string, string>>;

export interface Step {
  readonly environment: Environment;
  /** A line of the log, inert. */
  say(text: string): void;
  annotate(level: AnnotationLevel, message: string): void;
  /** A workflow command, as it is. */
  command(line: string): void;
  mask(value: string): void;
  setOutputs(values: Values): void;
  setState(values: Values): void;
}

const TITLE = "Runner Guard";

export function createStep(environment: Environment, write: (line: string) => void): Step {
  const annotate: Step["annotate"] = (level, message) =>
    write(toWorkflowCommand({ level, title: TITLE, message }));
  const set = (what: string, path: string | undefined, values: Values): void => {
    const unwritten = setValues(path, values);
    if (unwritten !== undefined) annotate("warning", `The ${what} cannot be told: ${unwritten}.`);
  };
  return {
    environment,
    annotate,
    say: (text) => write(toLogLine(text)),
    command: write,
    mask: (value) => toMaskCommands(value).forEach(write),
    setOutputs: (values) => set("outputs", environment["GITHUB_OUTPUT"], values),
    setState: (values) => set("state", environment["GITHUB_STATE"], values),
  };
}
