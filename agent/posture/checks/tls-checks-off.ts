import { type Check, failed, passed } from "../check.ts";
import { listed } from "../listed.ts";

export const tlsChecksOff: Check = {
  id: "tls-checks-off",
  title: "TLS checks switched off",
  severity: "high",
  why: "Whoever is on the way between the job and a registry can replace what is downloaded.",
  mend: "Remove the setting; where a proxy has a certificate of its own, add its CA (NODE_EXTRA_CA_CERTS, http.sslCAInfo, npm cafile, PIP_CERT)",
  judge({ verificationSwitches }) {
    return verificationSwitches.length > 0
      ? failed(`certificates are not checked, by ${listed(verificationSwitches)}`)
      : passed("nothing switches the checks of certificates off");
  },
};
