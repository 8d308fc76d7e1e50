/** What a mail says, for readers of plain text. */
import type { Notification } from "../../notification.ts";
import {
  type Fact,
  listEvidence,
  listFacts,
  listResponses,
  toHeadline,
  toMessageLine,
  toState,
} from "../incident-facts.ts";
import { listWebLinks } from "../web-link.ts";
import { toDeadText } from "./dead-text.ts";

export function toText({ action, incident }: Notification): string {
  const links = listWebLinks(incident).map(({ name, url }) => ({ name, value: url }));
  const responses = listResponses(incident).map((one) => `  - ${toDeadText(one)}`);
  return [
    `${toDeadText(toHeadline(incident))}: ${toState(action)}`,
    "",
    toDeadText(toMessageLine(incident)),
    "",
    ...toLines(links),
    ...(responses.length === 0 ? [] : ["", "Done so far:", ...responses]),
    ...withTitle("What it goes by:", toLines(listEvidence(incident).map(toDeadFact))),
    ...withTitle("Incident:", toLines(listFacts(incident).map(toDeadFact))),
    "",
  ].join("\n");
}

function withTitle(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines];
}

function toLines(facts: readonly Fact[]): readonly string[] {
  return facts.map(({ name, value }) => `  ${name}: ${value}`);
}

function toDeadFact({ name, value }: Fact): Fact {
  return { name: toDeadText(name), value: toDeadText(value) };
}
