/**
 * Says which members of a record are text of the job's, and which have to stay as they are: ids, words of a schema, numbers.
 * One for every member of the type: a member that is added to a record later is refused by the compiler until somebody has
 * decided what it is.
 */
export type Treatment<Value> = TreatmentOf<NonNullable<Value>>;

type TreatmentOf<Value> =
  | "fixed"
  /** All text in it, at whatever depth, names of members too. */
  | "whole"
  | (Value extends string ? "text" : never)
  /** Strings that are one line for whoever wrote them, as a command with its arguments. */
  | (Value extends readonly string[] ? "command-line" : never)
  | (Value extends readonly (infer Member)[]
      ? { readonly each: Treatment<Member> }
      : Value extends object
        ? { readonly members: { readonly [Name in keyof Value]-?: Treatment<Value[Name]> } }
        : never);
