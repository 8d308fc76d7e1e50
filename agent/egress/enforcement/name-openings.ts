/** What an address of a name is opened for, by the name's own right and on behalf of names that pointed at it. */
import type { OpenPort } from "../address-book.ts";
import type { NameOrigin } from "../name-aliases.ts";
import type { NamePolicy, Opening } from "../name-policy.ts";

export function findOpenings(
  names: NamePolicy,
  name: string,
  origins: readonly NameOrigin[],
): readonly Opening[] {
  const own = names.openingsFor(name);
  if (names.isDenied(name)) return [];
  const inherited = origins.flatMap(({ origin, port }) =>
    names.openingsFor(origin).flatMap((opening) => narrow(opening, port)),
  );
  return [...own, ...inherited];
}

function narrow(opening: OpenPort, port: number | undefined): Opening[] {
  if (port === undefined) return [opening];
  const { from, to } = opening.ports;
  return from <= port && port <= to ? [{ ...opening, ports: { from: port, to: port } }] : [];
}
