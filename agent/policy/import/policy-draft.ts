import type { DnsPolicy, EnforcementMode } from "../../../protocol/index.ts";
import { toPrintable } from "../printable.ts";

/** What of a policy another guard's inputs can say. */
export interface PolicyDraft {
  /** False: it audits without a list, where an empty one would tell of every destination. */
  readonly judgesEgress: boolean;
  readonly mode: EnforcementMode;
  readonly dns: DnsPolicy;
  readonly allow: readonly string[];
  /** Words of its lists that are no destinations of ours, as comments tell them. */
  readonly leftOut: readonly LeftOutWord[];
  readonly lockdown: { readonly sudo: boolean; readonly containers: boolean };
  readonly watchesFiles: boolean;
}

export interface LeftOutWord {
  readonly text: string;
  readonly line: number;
}

const MAX_LEFT_OUT = 100;
const MAX_WORD = 120;

/** The draft as a policy file. `origin` says where it is from. */
export function toPolicyText(draft: PolicyDraft, origin: string): string {
  return [
    `# From runner-guard policy import: ${toPrintable(origin)}`,
    "version: 1",
    ...(draft.judgesEgress ? toEgress(draft) : toLeftOut(draft.leftOut)),
    ...toLockdown(draft.lockdown),
    ...(draft.watchesFiles ? [] : ["files:", "  protect: []", "rules:", "  source-overwrite: off"]),
    "",
  ].join("\n");
}

function toEgress({ mode, dns, allow, leftOut }: PolicyDraft): string[] {
  return [
    "egress:",
    `  mode: ${mode}`,
    ...(dns === "any" ? ["  dns: any"] : []),
    ...toAllow(allow),
    ...toLeftOut(leftOut),
  ];
}

function toAllow(allow: readonly string[]): string[] {
  if (allow.length === 0) return ["  allow: []"];
  return ["  allow:", ...allow.map((entry) => `    - ${JSON.stringify(entry)}`)];
}

function toLeftOut(words: readonly LeftOutWord[]): string[] {
  if (words.length === 0) return [];
  const more = words.length - MAX_LEFT_OUT;
  return [
    "    # Left out:",
    ...words
      .slice(0, MAX_LEFT_OUT)
      .map(({ text, line }) => `    # - ${toPrintable(text, MAX_WORD)} (line ${line})`),
    ...(more > 0 ? [`    # and ${more} more`] : []),
  ];
}

function toLockdown({ sudo, containers }: PolicyDraft["lockdown"]): string[] {
  const held = [...(sudo ? ["  sudo: true"] : []), ...(containers ? ["  containers: true"] : [])];
  return held.length === 0 ? [] : ["lockdown:", ...held];
}
