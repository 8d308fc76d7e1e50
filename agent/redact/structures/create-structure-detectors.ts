import type { Detector } from "../search/detector.ts";
import { createAssignedSecretDetector } from "./assignment/assigned-secret.ts";
import { createSecretOptionDetector } from "./command-line/secret-option.ts";
import { createShortPasswordOptionDetector } from "./command-line/short-password-option.ts";
import { createUserAndPasswordDetector } from "./command-line/user-and-password.ts";
import { createDatabasePasswordDetector } from "./database/database-password.ts";
import { createDockerAuthDetector } from "./file/docker-auth.ts";
import { createNetrcDetector } from "./file/netrc.ts";
import { createIsSecretDetector } from "./file/secret-flagged-json.ts";
import { createXmlElementDetector } from "./file/xml-element.ts";
import { createAuthorizationDetector } from "./header/authorization.ts";
import { createCookieDetector } from "./header/cookies.ts";
import { createPrivateKeyDetector } from "./private-key/private-key.ts";
import { createDataSourceNameDetector } from "./url/data-source-name.ts";
import { createSignedUrlDetector } from "./url/signed-url.ts";
import { createUrlCredentialsDetector } from "./url/url-credentials.ts";

/** Secrets that are told by where they stand, not by their own look. */
export function createStructureDetectors(): Detector[] {
  return [
    createIsSecretDetector(),
    createUrlCredentialsDetector(),
    createSignedUrlDetector(),
    createDataSourceNameDetector(),
    createAuthorizationDetector(),
    createCookieDetector(),
    createAssignedSecretDetector(),
    createSecretOptionDetector(),
    createUserAndPasswordDetector(),
    createShortPasswordOptionDetector(),
    createDatabasePasswordDetector(),
    createNetrcDetector(),
    createDockerAuthDetector(),
    createXmlElementDetector(),
    createPrivateKeyDetector(),
  ];
}
