import type { User } from "#apps/accounts/schema.ts";
import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { explainReason, type Reason } from "../reasons.ts";

export interface StaffMemberPageProps {
  user: User;
  reasons: readonly Reason[];
  mayGive: boolean;
  errors?: FormErrors;
  values?: FormValues;
}

/** All that somebody may open, was able to and will be, and why. */
export function StaffMemberPage({ user, reasons, mayGive, errors, values }: StaffMemberPageProps): Html {
  const id = String(user.id);
  return (
    <StaffPage
      title="Membership"
      current={urls.staffPeople()}
      aside={
        <p>
          <a href={urls.staffPerson({ id })}>{user.name || user.address}</a>
        </p>
      }
    >
      {reasons.length === 0 ? (
        <p class="soft">Nothing was ever bought by them or given to them.</p>
      ) : (
        <StaffTable label="What they may open" head={["What", "From", "Until", "Why", ...(mayGive ? [""] : [])]}>
          {reasons.map((reason) => (
            <tr>
              <th scope="row">
                {reason.label} <State reason={reason} />
                <small>{whatOf(reason)}</small>
              </th>
              <td>
                <Moment at={reason.startsAt} />
              </td>
              <td>{endOf(reason)}</td>
              <td>{reason.reason || sources[reason.source]}</td>
              {mayGive ? (
                <td class="right">
                  {reason.source === "comp" && reason.state !== "over" ? <EndButton id={id} reason={reason} /> : null}
                </td>
              ) : null}
            </tr>
          ))}
        </StaffTable>
      )}
      {mayGive ? (
        <section>
          <h2>Give a membership</h2>
          <Form action={urls.staffMember({ id })}>
            <Field
              label="Until the end of"
              name="until"
              type="date"
              required
              hint="By the clock of UTC."
              errors={errors}
              values={values}
            />
            <Field
              label="Reason"
              name="reason"
              required
              maxlength={300}
              hint="Kept, with your name, for who reads this later."
              errors={errors}
              values={values}
            />
            <Submit>Give it</Submit>
          </Form>
        </section>
      ) : null}
    </StaffPage>
  );
}

const sources: Readonly<Record<Reason["source"], string>> = {
  subscription: "They subscribe.",
  purchase: "They bought it.",
  seat: "Somebody pays for their seat.",
  gift: "Somebody gave it to them.",
  comp: "The staff gave it to them.",
};

function whatOf({ isForSeats, opens }: Reason): string {
  if (isForSeats) return "Opens nothing to them, but to those who have its seats";
  if (opens === null) return "All that members may";
  return opens.length === 0 ? "Its files" : `Its files, and entries ${opens.join(", ")}`;
}

function State({ reason }: { reason: Reason }): Html | null {
  if (reason.state === "over") return <span class="badge">Over</span>;
  return reason.state === "coming" ? <span class="badge warn">To come</span> : <span class="badge good">Current</span>;
}

function endOf(reason: Reason): Child {
  const { goodUntil, agreedUntil, state } = reason;
  if (goodUntil === null) return "For good";
  const hasGrace = state !== "over" && agreedUntil !== null && agreedUntil < goodUntil;
  return (
    <>
      <Moment at={goodUntil} />
      {hasGrace ? <small>They read: {explainReason(reason)}</small> : null}
    </>
  );
}

function EndButton({ id, reason }: { id: string; reason: Reason }): Html {
  return (
    <Form action={urls.staffMember({ id })} method="delete" kind="inline">
      <input type="hidden" name="entitlement" value={reason.id} />
      <button class="button" type="submit">
        End now
      </button>
    </Form>
  );
}
