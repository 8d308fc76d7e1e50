import type { Detector } from "../search/detector.ts";
import { createAssignedSecretDetector } from "./assignment/assigned-secret.ts";
import { createAuthorizationDetector } from "./header/authorization.ts";
import { createCookieDetector } from "./header/cookies.ts";
import { createPrivateKeyDetector } from "./private-key/private-key.ts";
import { createUrlCredentialsDetector } from "./url/url-credentials.ts";

/** Secrets that are told by where they stand, not by their own look. */
export function createStructureDetectors(): Detector[] {
  return [
    createUrlCredentialsDetector(),
    createAuthorizationDetector(),
    createCookieDetector(),
    createAssignedSecretDetector(),
    createPrivateKeyDetector(),
  ];
}
