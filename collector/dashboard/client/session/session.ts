/** Who is signed in. What a role may do is decided by the collector; here it is only not offered. */
import { computed, signal } from "@preact/signals";

import { ApiProblem, onSignedOut, request } from "../api/request.ts";
import type { SessionView } from "../api/types.ts";

export type SessionState =
  | { readonly status: "unknown" }
  | { readonly status: "unreachable"; readonly problem: ApiProblem }
  | { readonly status: "signed-out"; readonly why: string | undefined }
  | { readonly status: "signed-in"; readonly session: SessionView };

export const sessionState = signal<SessionState>({ status: "unknown" });

const role = computed(() =>
  sessionState.value.status === "signed-in" ? sessionState.value.session.role : undefined,
);
export const mayRespond = computed(() => role.value === "responder" || role.value === "admin");
export const isAdmin = computed(() => role.value === "admin");

export async function readSession(): Promise<void> {
  onSignedOut(() => {
    if (sessionState.value.status !== "signed-in") return;
    sessionState.value = {
      status: "signed-out",
      why: "Your session has ended. Sign in again to go on where you were.",
    };
  });
  try {
    const { session } = await request<{ session: SessionView | null }>("GET", "/v1/session");
    sessionState.value =
      session === null
        ? { status: "signed-out", why: undefined }
        : { status: "signed-in", session };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    sessionState.value = { status: "unreachable", problem: error };
  }
}

/** Throws `ApiProblem`. */
export async function signIn(token: string): Promise<void> {
  const session = await request<SessionView>("POST", "/v1/session", { token });
  sessionState.value = { status: "signed-in", session };
}

export async function signOut(): Promise<void> {
  try {
    await request("DELETE", "/v1/session");
    sessionState.value = { status: "signed-out", why: undefined };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    // Nobody is told that he is signed out before he is.
    await readSession();
  }
}
