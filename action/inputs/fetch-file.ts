/** One file of a repository, by GitHub's REST API: "Get repository content". */
import { toErrorCode, toErrorText } from "../../agent/errors.ts";

export interface WantedFile {
  /** GITHUB_API_URL. */
  readonly api: string;
  readonly repository: string;
  readonly path: string;
  /** Undefined: the default branch. */
  readonly ref: string | undefined;
  readonly token: string;
}

const TIMEOUT_MS = 10_000;
/** A policy's, and one byte, so that a longer one is told. */
const MAX_BYTES = 1_048_577;

const ADVICE: Readonly<Record<number, string>> = {
  401: "GitHub does not know the token: leave the input token out",
  403: "GitHub refuses it: give the job permissions: contents: read",
  404: "there is no such file, or the token may not see it: check the path, and permissions: contents: read",
};

/** Never rejects. */
export async function fetchFile(
  wanted: WantedFile,
): Promise<{ readonly text: string } | { readonly problem: string }> {
  const url = toUrl(wanted);
  if (url === undefined)
    return { problem: "it is no path in a repository: write one such as .github/runner-guard.yml" };
  try {
    const response = await fetch(url, {
      headers: {
        accept: "application/vnd.github.raw+json",
        "x-github-api-version": "2022-11-28",
        "user-agent": "runner-guard",
        ...(wanted.token === "" ? {} : { authorization: `Bearer ${wanted.token}` }),
      },
      // Elsewhere the token has no business.
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) {
      await response.body?.cancel();
      return {
        problem: ADVICE[response.status] ?? `GitHub answers with status ${response.status}`,
      };
    }
    return { text: await readBounded(response) };
  } catch (error) {
    return { problem: `GitHub cannot be asked (${describeFailure(error)})` };
  }
}

function toUrl({ api, repository, path, ref }: WantedFile): URL | undefined {
  const parts = path.split("/");
  const isPath = parts.every((part) => part !== "" && part !== "." && part !== "..");
  const base = URL.parse(`${api.replace(/\/$/, "")}/repos/${repository}/contents/`);
  if (!isPath || base === null || !/^[\w.-]+\/[\w.-]+$/.test(repository)) return undefined;
  const url = new URL(parts.map(encodeURIComponent).join("/"), base);
  if (ref !== undefined) url.searchParams.set("ref", ref);
  return url;
}

/** Of itself fetch says that it failed; of what is its cause: a name, a proxy, a certificate that is not valid yet by this machine's clock. */
function describeFailure(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? toErrorText(error) : toErrorText(cause) || toErrorCode(cause);
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    length += part.length;
    if (length >= MAX_BYTES) throw new Error("the file is larger than 1 MiB");
  }
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts));
}
