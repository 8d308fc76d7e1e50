interface AnswerableCaller {
  readonly role: string;
  readonly token: string;
}

/** Who is answerable: `responder 3f032ed3c46d`, by which the audit log has the token. */
export function describeCaller({ role, token }: AnswerableCaller): string {
  return `${role} ${token}`;
}
