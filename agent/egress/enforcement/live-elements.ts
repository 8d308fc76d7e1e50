/** What DNS has opened and policy still allows, for the packet filter's sets when they are filled anew. */
import type { OpenElement } from "../address-book.ts";
import type { AddressElement, Element } from "../netlink/element-writer.ts";
import type { Knowledge } from "./knowledge.ts";
import { findOpenings } from "./name-openings.ts";
import { toDeniedElement, toOpenElement } from "./set-elements.ts";

type Known = Pick<Knowledge, "policy" | "book" | "aliases">;

export function toLiveElements(
  { policy, book }: Known,
  nowMs: number,
): (Element | AddressElement)[] {
  const open = book
    .liveElements(nowMs)
    .map((element) => toOpenElement(element.ip, element, element.untilMs - nowMs));
  // In audit mode a denied name is answered, and what it leads to is refused.
  if (policy.mode === "block") return open;
  const denied = book.liveNames(nowMs).filter(({ name }) => policy.names.isDenied(name));
  return [...open, ...denied.map(({ ip, untilMs }) => toDeniedElement(ip, untilMs - nowMs))];
}

/** To be called when policy has become stricter: closes what no name of an address is allowed any more. */
export function closeWhatIsDenied({ policy, book, aliases }: Known, nowMs: number): void {
  const { names } = policy;
  book.revise((element) => {
    const openings = book
      .namesOf(element.ip, nowMs)
      .flatMap((name) => findOpenings(names, name, aliases.originsOf(name, nowMs)))
      .filter(({ transport }) => transport === element.transport);
    return openings.flatMap(({ ports }) => {
      const from = Math.max(ports.from, element.ports.from);
      const to = Math.min(ports.to, element.ports.to);
      return from <= to ? [{ ...element, ports: { from, to } } satisfies OpenElement] : [];
    });
  });
}
