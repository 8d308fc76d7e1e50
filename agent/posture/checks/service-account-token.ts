import { type Check, failed, passed } from "../check.ts";

export const serviceAccountToken: Check = {
  id: "service-account-token",
  title: "ServiceAccount token",
  severity: "high",
  why: "Every program of the job can talk to the Kubernetes API with it, and do what the account may: often to read secrets or start pods.",
  mend: "automountServiceAccountToken: false in the pod; where hooks need it, an account of its own that may do little",
  judge({ serviceAccount, probes }) {
    if (serviceAccount === undefined) return passed("no ServiceAccount token is mounted");
    const { folder, subject, isForever, isReadable } = serviceAccount;
    if (!isReadable) return passed(`the token in ${folder} is not readable for the job`);
    const whose = subject === undefined ? "" : ` of ${subject}`;
    const may = probes.mayDo === undefined ? "" : `; it may ${probes.mayDo.join(", ")}`;
    return failed(
      `the job can read the token${whose} in ${folder}${isForever ? ", which never expires" : ""}${may}`,
    );
  },
};
