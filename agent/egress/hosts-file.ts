import { toHostName } from "./host-name.ts";
import { parseIpAddress, toIpText } from "./ip-address.ts";

export interface HostsFile {
  /** Names in the order of the file, in the canonical spelling; `ip` in any spelling. */
  namesOf(ip: string): readonly string[];
  /** In the canonical spelling. */
  readonly addresses: readonly string[];
  /** Lines that had no room within the bounds, or named no address; they name nothing. */
  readonly linesRefused: number;
}

export interface HostsFileBounds {
  readonly maxLength: number;
  readonly maxAddresses: number;
  readonly maxNamesPerAddress: number;
}

const NO_NAMES: readonly string[] = [];

/**
 * Reads the text of /etc/hosts (hosts(5)). A job that is root can rewrite that file, so names are worth something only
 * from a file that was read before the job began.
 */
export function parseHostsFile(text: string, bounds: HostsFileBounds): HostsFile {
  const namesByIp = new Map<string, string[]>();
  let linesRefused = text.length > bounds.maxLength ? 1 : 0;
  for (const line of wholeLines(text, bounds.maxLength).split(/\r?\n/)) {
    const [address, ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (address === undefined || address === "") continue;
    if (!addNames(namesByIp, { address, names }, bounds)) linesRefused += 1;
  }
  return {
    namesOf(ip) {
      const parsed = parseIpAddress(ip);
      return (parsed && namesByIp.get(toIpText(parsed))) ?? NO_NAMES;
    },
    addresses: [...namesByIp.keys()],
    linesRefused,
  };
}

/** Half a line could name another host than the whole of it. */
function wholeLines(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, text.lastIndexOf("\n", maxLength) + 1);
}

function addNames(
  namesByIp: Map<string, string[]>,
  line: { readonly address: string; readonly names: readonly string[] },
  bounds: HostsFileBounds,
): boolean {
  const parsed = parseIpAddress(line.address);
  if (parsed === undefined) return false;
  const ip = toIpText(parsed);
  const known = namesByIp.get(ip) ?? [];
  if (known.length === 0 && namesByIp.size >= bounds.maxAddresses) return false;
  const added = line.names.flatMap((name) => toHostName(name) ?? []);
  const all = [...new Set([...known, ...added])];
  namesByIp.set(ip, all.slice(0, bounds.maxNamesPerAddress));
  return all.length <= bounds.maxNamesPerAddress;
}
