/** Kubernetes vouches for this pod: in a file. */
import { createTokenFile, type TokenFile } from "./collector-token.ts";
import { type OpenProof, whenAsked } from "./open-proof.ts";

/** Where a pod has it that asks for a token with an audience of its own. */
const POD_TOKEN_FILE = "/var/run/secrets/runner-guard/token";

/** A projected token of this pod's, which Kubernetes writes anew before it expires. Throws `usage`. */
export function toPodProof(given: string | undefined, onToken: (token: string) => void): OpenProof {
  const file: TokenFile =
    given === undefined
      ? { path: POD_TOKEN_FILE, origin: "--collector-auth kubernetes" }
      : { path: given, origin: "--collector-token-file" };
  const read = createTokenFile(file, onToken);
  return () =>
    whenAsked(async () => {
      const { createVouchedProof } = await import("../../stream/proof/proof.ts");
      return createVouchedProof(read);
    });
}
