/** Kubernetes vouches for this pod: in a file. */
import { createTokenFile } from "./collector-token.ts";
import { type OpenProof, whenAsked } from "./open-proof.ts";

/** Where a pod has it that asks for a token with an audience of its own. */
export const POD_TOKEN_FILE = "/var/run/secrets/runner-guard/token";

/** A projected token of this pod's, which Kubernetes writes anew before it expires. Throws `usage`. */
export function toPodProof(path: string, onToken: (token: string) => void): OpenProof {
  const read = createTokenFile(path, onToken);
  return () =>
    whenAsked(async () => {
      const { createVouchedProof } = await import("../../stream/proof/proof.ts");
      return createVouchedProof(read);
    });
}
