/** The forms of a value, one by one. */
import { createValueEncoder } from "../../../../agent/redact/known-values/encode-value.ts";
import type { FormKind } from "../../../../agent/redact/known-values/forms/form.ts";

interface EncodedForm {
  /** One character for each byte. */
  readonly bytes: string;
  readonly kind: FormKind;
}

export function encodeValue(value: Uint8Array, maxBytes: number): EncodedForm[] {
  const forms = createValueEncoder().encode(value, maxBytes);
  return Array.from({ length: forms.count }, (_, form) => ({
    bytes: forms.bytes.toString(
      "latin1",
      form === 0 ? 0 : forms.endOf(form - 1),
      forms.endOf(form),
    ),
    kind: forms.kindOf(form),
  }));
}
