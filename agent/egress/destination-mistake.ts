import { parseIpAddress } from "./ip-address.ts";

/** A host name's worth; what is suggested is never longer than what a policy may say. */
const MAX_SUGGESTION = 253;
const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, ssh: 22, git: 9418 };

/**
 * One sentence about the ways in which people write a destination that is none (a URL, a path, an address without
 * brackets), with what to write instead; nothing where the text has none of these.
 */
export function describeMistake(text: string): string | undefined {
  const [, host, ofHost] = /^(\S+) +(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && describeMistake(host) === undefined) {
    return `has a space in it, where a colon belongs before the port${suggest(`${host}:${ofHost}`)}`;
  }
  if (/[\p{C}\p{Z}]/u.test(text)) {
    return "has a space or another invisible character in it: write each destination as an entry of its own";
  }
  const port = /^:?(\d+)$/.exec(text)?.[1];
  if (port !== undefined) return `a port needs a host: github.com:${port} or 10.0.0.0/8:${port}`;
  const url = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(text);
  if (url !== null) return describeUrl(url[1] ?? "", url[2] ?? "");
  if (text.includes("@")) {
    return `has a user name in it, and connections are judged by host and port${suggest(afterUser(text))}`;
  }
  if (/[?#\\]/.test(text)) return "has characters in it that no host and no port has";
  const path = /^([^/[\]]*)\/(.*)$/.exec(text);
  if (path !== null && isPath(path[2] ?? "")) {
    return `has a path in it, and connections are judged by host and port${suggest(path[1] ?? "")}`;
  }
  if (!text.startsWith("[") && text.split(":").length > 2) return describeBareIpv6(text);
  return undefined;
}

function describeUrl(scheme: string, rest: string): string {
  const host = afterUser(rest.replace(/[/?#].*$/, ""));
  const port = DEFAULT_PORTS[scheme.toLowerCase()] ?? 443;
  const written = /:(\d+|\*)?$/.test(host) ? host : `${host}:${port}`;
  return `is a URL, and connections are judged by host and port${suggest(host === "" ? "" : written)}`;
}

function describeBareIpv6(text: string): string {
  const [address = "", prefix] = text.split("/");
  const block = prefix === undefined ? "" : `/${prefix}`;
  if (parseIpAddress(address) === undefined) {
    return "has more than one colon: write host:port, and an IPv6 address as [2001:db8::1]:443";
  }
  return `is an IPv6 address without brackets${suggest(`[${address}]${block}:443`)}`;
}

/** `10.0.0.0/8`, `10.0.0.0/8:53/udp` and `example.com/udp` have a slash and no path. */
function isPath(rest: string): boolean {
  return !/^(\d+(:[^/]*)?(\/[a-z]*)?|[a-z]*)$/.test(rest);
}

function afterUser(text: string): string {
  return text.slice(text.lastIndexOf("@") + 1);
}

function suggest(written: string): string {
  return written === "" || written.length > MAX_SUGGESTION ? "" : `: write ${written}`;
}
