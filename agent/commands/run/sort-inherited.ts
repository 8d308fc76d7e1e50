/** Which of the connections that the command would inherit it gets. */
import type { Guard } from "../../guard/guard.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import {
  findInheritedConnections,
  type InheritedConnection,
} from "../../job/inherited-connections.ts";
import { letGo } from "../../job/let-go.ts";
import type { FlowAddress } from "../../observation.ts";

const LAST_STANDARD_STREAM = 2;
const STANDARD_STREAMS = [0, 1, 2];

export interface SortedInheritance {
  readonly inheritance: Inheritance;
  /** What the command has from its start on. */
  readonly begun: readonly FlowAddress[];
}

/**
 * In block mode without those that policy does not allow, which nothing would refuse. A standard stream stays whatever it
 * is: it may be the session that the guard was called from.
 */
export function sortInherited(
  guard: Pick<Guard, "mode" | "allowsBegun">,
  inheritance: Inheritance,
  warn: (message: string) => void,
): SortedInheritance {
  const connections = findInheritedConnections(inheritance.descriptors ?? STANDARD_STREAMS);
  const closed = guard.mode.effective === "block" ? findForbidden(guard, connections) : [];
  for (const { descriptor, address } of closed) {
    const where = `${address.transport} ${address.ip} port ${address.port}`;
    warn(
      `warning: descriptor ${descriptor} is closed: it is connected to ${where}, which policy does not allow`,
    );
  }
  const numbers = closed.map(({ descriptor }) => descriptor);
  letGo(numbers);
  return {
    inheritance: {
      ...inheritance,
      descriptors: inheritance.descriptors?.filter((number) => !numbers.includes(number)),
    },
    begun: connections.flatMap((one) => (closed.includes(one) ? [] : [one.address])),
  };
}

function findForbidden(
  guard: Pick<Guard, "allowsBegun">,
  connections: readonly InheritedConnection[],
): InheritedConnection[] {
  return connections.filter(
    ({ descriptor, address }) => descriptor > LAST_STANDARD_STREAM && !guard.allowsBegun(address),
  );
}
