/** What Kubernetes says where it does not do what was asked for. */
import type { ObjectAt } from "./objects.ts";

export class Refusal extends Error {
  readonly status: number;
  readonly reason: string;
  readonly at: ObjectAt | undefined;

  constructor(status: number, reason: string, message: string, at?: ObjectAt) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.at = at;
  }

  static notFound(at: ObjectAt): Refusal {
    return new Refusal(404, "NotFound", `${at.kinds} "${at.name}" not found`, at);
  }

  static alreadyExists(at: ObjectAt): Refusal {
    return new Refusal(409, "AlreadyExists", `${at.kinds} "${at.name}" already exists`, at);
  }

  static otherUid(at: ObjectAt, wanted: string | undefined, uid: string | undefined): Refusal {
    const fault = `UID in precondition: ${wanted}, UID in object meta: ${uid}`;
    const message = `Operation cannot be fulfilled on ${at.kinds} "${at.name}": Precondition failed: ${fault}`;
    return new Refusal(409, "Conflict", message, at);
  }

  toJson(): string {
    const { status: code, reason, message, at } = this;
    const details = at === undefined ? {} : { details: { name: at.name, kind: at.kinds } };
    const kinds = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure" };
    return JSON.stringify({ ...kinds, message, reason, ...details, code });
  }
}
