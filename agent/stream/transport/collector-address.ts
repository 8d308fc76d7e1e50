/** A collector's base address: https, or http where nobody can listen in. */
export type ParsedAddress =
  | { readonly address: CollectorAddress }
  /** Ends a sentence that begins with the address. */
  | { readonly problem: string };

export interface CollectorAddress {
  readonly isSecure: boolean;
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Ends in a slash. */
  readonly path: string;
  /** As it is shown to people. */
  readonly text: string;
}

const HTTPS_PORT = 443;
const HTTP_PORT = 80;
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function parseCollectorAddress(text: string, mayBePlain: boolean): ParsedAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) {
    return { problem: "is no address of a collector, such as https://collector.example.org" };
  }
  if (url.username !== "" || url.password !== "") {
    return { problem: "has a name or a password in it, which the collector does not take" };
  }
  if (url.search !== "" || url.hash !== "") return { problem: "has a ? or a # in it" };
  const isSecure = url.protocol === "https:";
  if (!isSecure && !mayBePlain && !LOOPBACK.test(url.hostname)) {
    return {
      problem:
        "would be spoken to in plain text; give https://, or say --collector-plain-http where the way there is safe",
    };
  }
  const path = url.pathname.endsWith("/") ? url.pathname : `${url.pathname}/`;
  return {
    address: {
      isSecure,
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? (isSecure ? HTTPS_PORT : HTTP_PORT) : Number(url.port),
      path,
      text: `${url.protocol}//${url.host}${path === "/" ? "" : path}`,
    },
  };
}
