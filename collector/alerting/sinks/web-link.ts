import type { NotifiedIncident } from "../notification.ts";
import { type Link, listLinks } from "./incident-facts.ts";

/** None is that long; what a job calls itself may be part of one. */
const MAX_URL_CHARACTERS = 2_000;

/** Those that lead to a web page, written so that nothing of them ends a link or begins another. */
export function listWebLinks(incident: NotifiedIncident): readonly Link[] {
  return listLinks(incident).flatMap(({ name, url }) => {
    const written = toWebUrl(url);
    return written === undefined ? [] : [{ name, url: written }];
  });
}

function toWebUrl(text: string): string | undefined {
  const url = text.length > MAX_URL_CHARACTERS ? null : URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return undefined;
  const written = url.href.replaceAll(/[|<>"'`\\^]/g, percentEncoded);
  return written.length > MAX_URL_CHARACTERS ? undefined : written;
}

function percentEncoded(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
