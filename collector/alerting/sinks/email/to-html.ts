/** What a mail says, for readers that show HTML: no images, no styles from elsewhere, no scripts; every text escaped. */
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

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function toHtml({ action, incident }: Notification): string {
  const links = listWebLinks(incident).map(
    ({ name, url }) => `<a href="${escape(url)}" rel="noreferrer">${escape(name)}</a>`,
  );
  return [
    "<!doctype html>",
    '<html lang="en"><body style="font-family: sans-serif">',
    `<h2>${escapeDead(toHeadline(incident))}: ${escape(toState(action))}</h2>`,
    `<p>${escapeDead(toMessageLine(incident))}</p>`,
    `<p>${links.join(" &middot; ")}</p>`,
    ...toList("Done so far", listResponses(incident)),
    ...toTable("What it goes by", listEvidence(incident)),
    ...toTable("Incident", listFacts(incident)),
    "</body></html>",
    "",
  ].join("\n");
}

function toList(title: string, items: readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const rows = items.map((one) => `<li>${escapeDead(one)}</li>`);
  return [`<h3>${title}</h3>`, `<ul>${rows.join("\n")}</ul>`];
}

function toTable(title: string, facts: readonly Fact[]): readonly string[] {
  if (facts.length === 0) return [];
  const rows = facts.map(
    ({ name, value }) =>
      `<tr><th align="left" valign="top">${escapeDead(name)}</th><td>${escapeDead(value)}</td></tr>`,
  );
  return [`<h3>${title}</h3>`, `<table cellpadding="4">${rows.join("\n")}</table>`];
}

function escapeDead(text: string): string {
  return escape(toDeadText(text));
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
