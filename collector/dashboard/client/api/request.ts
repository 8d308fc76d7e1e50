/** Asks the collector this page came from. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** Of the API; `unreachable` where nothing answered. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface RequestOptions {
  /** To sign in with: it goes into no cookie and no address. */
  readonly token?: string;
  readonly body?: object;
  readonly signal?: AbortSignal;
  /** Nobody did anything: it keeps no session alive. */
  readonly isUnasked?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

let signedOut: () => void = () => undefined;

/** Called where an answer says that nobody is signed in any more. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

/** For whoever asks without this. */
export function tellSignedOut(): void {
  signedOut();
}

/** The answer is what the API's schema says: the server checks that, and not this. Throws `ApiProblem`. */
export async function request<Answer>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await fetchAnswer(method, path, options);
  if (response.ok) return JSON.parse(await response.text());
  if (response.status === 401) signedOut();
  throw await toProblem(response);
}

/** Of what is no JSON. Throws `ApiProblem`. */
export async function requestText(path: string, signal?: AbortSignal): Promise<string> {
  const response = await fetchAnswer("GET", path, signal === undefined ? {} : { signal });
  if (response.ok) return response.text();
  throw await toProblem(response);
}

async function fetchAnswer(
  method: Method,
  path: string,
  { token, body, signal, isUnasked = false }: RequestOptions,
): Promise<Response> {
  try {
    return await fetch(path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: {
        "runner-guard-page": isUnasked ? "unasked" : "asked",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem("unreachable", "The collector does not answer.");
  }
}

async function toProblem(response: Response): Promise<ApiProblem> {
  const fallback = `The collector answered with status ${response.status}.`;
  try {
    const answer: { error?: { code?: string; message?: string } } = JSON.parse(
      await response.text(),
    );
    const { code, message } = answer.error ?? {};
    return new ApiProblem(code ?? String(response.status), message ?? fallback);
  } catch {
    return new ApiProblem(String(response.status), fallback);
  }
}
