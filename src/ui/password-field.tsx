import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, type FieldProps } from "./form.tsx";

export interface PasswordFieldProps extends Omit<FieldProps, "type" | "autocomplete"> {
  /** `new` is one that is being chosen: its strength is shown. */
  kind: "current" | "new";
}

/** A field for a password, which can be shown; the page needs the script `password-field.js`, and works without it. */
export function PasswordField({ kind, ...field }: PasswordFieldProps): Html {
  return (
    <password-field data-new={kind === "new"}>
      <Field {...field} type="password" autocomplete={`${kind}-password`} />
    </password-field>
  );
}
