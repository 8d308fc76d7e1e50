/** Where the reader is: the address holds all of it, so that it can be sent to a colleague. */
import { signal } from "@preact/signals";

export interface Place {
  /** `runs`, and what follows it: each part as it was before it was encoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

export const place = signal<Place>(toPlace(new URL("/", location.origin)));

export function startNavigation(): void {
  place.value = toPlace(new URL(location.href));
  addEventListener("popstate", () => {
    place.value = toPlace(new URL(location.href));
  });
  document.addEventListener("click", followOwnLink);
}

interface GoOptions {
  /** No step back leads to where it was before. */
  readonly replace?: boolean;
}

/** `address`: a path of this dashboard. */
export function goTo(address: string, { replace = false }: GoOptions = {}): void {
  const url = new URL(address, location.href);
  const isElsewhere = url.pathname !== location.pathname;
  if (replace) history.replaceState(null, "", url);
  else history.pushState(null, "", url);
  place.value = toPlace(url);
  if (isElsewhere && !replace) startPage();
}

/** The same page with another query; an empty value takes the name out. */
export function withQuery(changes: Readonly<Record<string, string | undefined>>): string {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return `${url.pathname}${url.search}`;
}

function toPlace({ pathname, searchParams }: URL): Place {
  const parts = pathname.split("/").filter((part) => part !== "");
  return { parts: parts.map(decodePart), query: searchParams };
}

/** What somebody wrote by hand may be no encoding at all. */
function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function followOwnLink(event: MouseEvent): void {
  const isPlain =
    event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (event.defaultPrevented || !isPlain || link === null) return;
  const isOwn = link.origin === location.origin && link.hasAttribute("data-own");
  if (!isOwn) return;
  event.preventDefault();
  goTo(`${link.pathname}${link.search}`);
}

/** As a browser does where it loads a page: to the top, and whoever listens hears the heading. */
function startPage(): void {
  scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector<HTMLElement>("h1")?.focus());
}
