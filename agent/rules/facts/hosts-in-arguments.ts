/** The hosts that a command line leads to: `https://user@HOST:1/path`, `user@HOST`, `HOST:path`, `HOST`, `--option=HOST`. */

/** What follows them is sent or shown, and no place to go to. */
const TEXT_OPTIONS = new Set([
  "-d",
  "--data",
  "--data-raw",
  "--data-binary",
  "--data-urlencode",
  "--json",
  "-F",
  "--form",
  "--form-string",
  "-H",
  "--header",
  "-A",
  "--user-agent",
  "-U",
  "-e",
  "--referer",
  "-b",
  "--cookie",
  "-o",
  "--output",
  "-O",
  "--output-document",
  "--post-data",
  "--body-data",
]);
const HOST = /^[a-z\d._-]+\.[a-z\d-]+$/i;
const MAX_LENGTH = 253;

export function* hostsInArguments(args: readonly string[]): Generator<string, void, undefined> {
  for (let at = 1; at < args.length; at += 1) {
    if (TEXT_OPTIONS.has(args[at - 1] ?? "")) continue;
    const host = toHost(args[at] ?? "");
    if (host !== undefined) yield host;
  }
}

function toHost(arg: string): string | undefined {
  const scheme = arg.indexOf("://");
  const from = scheme < 0 ? arg.indexOf("=") + 1 : scheme + "://".length;
  const place = arg.slice(from).split(/[/?#]/, 1)[0] ?? "";
  const host = place.slice(place.lastIndexOf("@") + 1).split(":", 1)[0] ?? "";
  const isHost = host.length <= MAX_LENGTH && HOST.test(host) && !arg.slice(0, from).includes(" ");
  return isHost ? host.toLowerCase() : undefined;
}
