/** Who is answerable for what a rule of the collector's asks for: no operator has such a name. In a file without a schema: a guard loads none for it. */
export const AUTOMATIC_RESPONSE = "automatic response";
