import type { MarkKind } from "../run-model/run-model.ts";

export interface Palette {
  readonly surface: string;
  readonly sunken: string;
  readonly line: string;
  readonly text: string;
  readonly soft: string;
  readonly bar: string;
  readonly barFailed: string;
  readonly selected: string;
  readonly onSelected: string;
  readonly marks: Readonly<Record<MarkKind, string>>;
  readonly severities: Readonly<Record<string, string>>;
}

/** The colours of the theme that the reader has. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    surface: read("--surface"),
    sunken: read("--sunken"),
    line: read("--line"),
    text: read("--text"),
    soft: read("--soft"),
    bar: read("--bar"),
    barFailed: read("--bar-failed"),
    selected: read("--accent"),
    onSelected: read("--on-accent"),
    marks: {
      connection: read("--low"),
      denied: read("--critical"),
      name: read("--accent"),
      write: read("--mark-write"),
      read: read("--medium"),
      alarm: read("--high"),
    },
    severities: {
      critical: read("--critical"),
      high: read("--high"),
      medium: read("--medium"),
      low: read("--low"),
      info: read("--soft"),
    },
  };
}
