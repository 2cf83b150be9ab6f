import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import type { BlockRow } from "../blocks.ts";
import { Moment, StaffPage, StaffTable } from "../parts.tsx";
import { blockKinds, type BlockKind } from "../schema.ts";

/** How long somebody may be turned away. */
export const spans = {
  hour: { words: "An hour", hours: 1 },
  day: { words: "A day", hours: 24 },
  week: { words: "A week", hours: 168 },
  month: { words: "30 days", hours: 720 },
  always: { words: "Until the rule is removed", hours: undefined },
} as const;
export type Span = keyof typeof spans;

const kindNames: Readonly<Record<BlockKind, string>> = {
  address: "Address",
  network: "Network",
  country: "Country",
  agent: "Program",
};

export interface BlocksPageProps {
  blocks: readonly BlockRow[];
  values: FormValues;
  errors?: FormErrors;
}

export function BlocksPage({ blocks, values, errors = {} }: BlocksPageProps): Html {
  return (
    <StaffPage title="Blocks" current={urls.staffBlocks()} aside={<p>{countOf(blocks)}</p>}>
      {blocks.length === 0 ? null : (
        <StaffTable label="Who is turned away" head={["Who", "Why", "Since", "Until", ""]}>
          {blocks.map((block) => (
            <BlockLine block={block} />
          ))}
        </StaffTable>
      )}
      <section>
        <h2>Turn somebody away</h2>
        <Form action={urls.staffBlocks()} label="Turn somebody away">
          <FormError errors={errors} />
          <Select
            label="What"
            name="kind"
            choices={blockKinds.map((kind) => [kind, kindNames[kind]])}
            chosen={values.kind ?? "address"}
          />
          <Field
            label="Who"
            name="value"
            required
            maxlength={200}
            values={values}
            errors={errors}
            hint="192.0.2.7, 2001:db8:1:2::/64, NL, or a part of what a program calls itself. A household with IPv6 has a whole /64: block that as a network."
          />
          <Field label="Why" name="reason" required maxlength={200} values={values} errors={errors} />
          <Select
            label="How long"
            name="span"
            choices={Object.entries(spans).map(([name, { words }]) => [name, words])}
            chosen={values.span ?? "day"}
          />
          <Submit>Turn away</Submit>
        </Form>
        <p class="older soft">
          They get a plain 403 within two seconds, everywhere on the site. Countries are known where a CDN or proxy of
          yours says them.
        </p>
      </section>
    </StaffPage>
  );
}

function BlockLine({ block }: { block: BlockRow }): Html {
  const { id, kind, value, reason, by, createdAt, expiresAt } = block;
  return (
    <tr>
      <th scope="row">
        <code>{value}</code>
        <small>{kindNames[kind]}</small>
      </th>
      <td>{reason}</td>
      <td>
        <Moment at={createdAt} />
        <small>{by ?? "a command"}</small>
      </td>
      <td>{expiresAt === null ? "No end" : <Moment at={expiresAt} />}</td>
      <td>
        <Form
          action={urls.staffBlock({ id: String(id) })}
          method="delete"
          kind="inline"
          label={`Let ${value} in again`}
        >
          <Submit tone="quiet">Remove</Submit>
        </Form>
      </td>
    </tr>
  );
}

interface SelectProps {
  label: string;
  name: string;
  choices: readonly (readonly [value: string, words: string])[];
  chosen: string;
}

function Select({ label, name, choices, chosen }: SelectProps): Html {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        {choices.map(([value, words]) => (
          <option value={value} selected={value === chosen}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

function countOf(blocks: readonly BlockRow[]): string {
  if (blocks.length === 0) return "Nobody is turned away.";
  return blocks.length === 1 ? "1 rule" : `${blocks.length} rules`;
}
