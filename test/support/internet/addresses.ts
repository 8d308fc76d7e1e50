/** The addresses of the little internet; each internet has network namespaces of its own, so all use the same ones. */
export const RESOLVER = { ipv4: "10.96.0.10", ipv6: "fd00:10:96::10" } as const;
export const CLUSTER_API = { ipv4: "10.96.0.1", ipv6: "fd00:10:96::1" } as const;
export const ATTACKER = { ipv4: "203.0.113.66", ipv6: "2001:db8:bad::66" } as const;
export const METADATA = { ipv4: "169.254.169.254", ipv6: "fd00:ec2::254" } as const;

export interface AddressPair {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** How one machine hangs on the world: a pair of devices with addresses and hardware addresses of their own. */
export interface Attachment {
  /** In the world's namespace; also the device's interface index, so that a captured frame names its sender. */
  readonly index: number;
  readonly device: string;
  readonly own: AddressPair;
  readonly gateway: AddressPair;
  /** Another machine on the same link, which answers over HTTP on 80 and echoes on TCP 7 and UDP 7. */
  readonly neighbour: AddressPair;
  readonly hardware: { readonly own: string; readonly gateway: string };
}

/** Interface indexes from here on are the machines'; what the kernel gives out itself stays below. */
const FIRST_INDEX = 100;
/** The third byte of a machine's address is its number. */
const MAX_MACHINES = 250;

export function toAttachment(kind: "pod" | "host", number: number): Attachment {
  if (number > MAX_MACHINES) throw new Error(`an internet has ${MAX_MACHINES} machines at most`);
  const ipv4 = kind === "pod" ? `10.244.${number}` : `10.1.${number}`;
  const ipv6 = kind === "pod" ? `fd00:10:244:${number}:` : `fd00:10:1:${number}:`;
  const byte = number.toString(16).padStart(2, "0");
  const pair = (last: string): AddressPair => ({
    ipv4: `${ipv4}.${last}`,
    ipv6: `${ipv6}:${last}`,
  });
  return {
    index: FIRST_INDEX + number,
    device: `wire${number}`,
    gateway: pair("1"),
    own: pair("2"),
    neighbour: pair("9"),
    hardware: { own: `02:00:0a:f4:${byte}:02`, gateway: `02:00:0a:f4:${byte}:01` },
  };
}

/** The name of a machine's device in the world, by its index; undefined for those of the kernel's own. */
export function toWire(index: number): string | undefined {
  return index > FIRST_INDEX ? `wire${index - FIRST_INDEX}` : undefined;
}
