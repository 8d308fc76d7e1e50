import { escapeForTerminal } from "../../agent/report/escape/escape-terminal.ts";

/** What GitHub shows beside a job, and at a line of a file where one is named. Text is the job's, unescaped. */
export interface Annotation {
  readonly level: AnnotationLevel;
  readonly title: string;
  readonly message: string;
  /** Inside of the workspace, from there. */
  readonly file?: string;
  readonly line?: number;
}

export type AnnotationLevel = "error" | "warning" | "notice";

/** The workflow command: one line without a line break, whatever the text. */
export function toWorkflowCommand({ level, title, message, file, line }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${escapeProperty(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${escapeProperty(title)}`,
  ];
  return `::${level} ${properties.join(",")}::${escapeData(message)}`;
}

/** As the runner takes it apart again (actions/runner, ActionCommand.cs). No line break is left by then; what it would unescape is. */
function escapeData(text: string): string {
  return escapeForTerminal(text).replaceAll("%", "%25");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
