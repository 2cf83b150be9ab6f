import { publicationStages } from "#apps/editorial/manuscripts.ts";
import type { Stage } from "#apps/editorial/schema.ts";
import type { RoleMoves } from "#apps/editorial/stages.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form } from "#ui/form.tsx";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import { DeskPage } from "./desk-page.tsx";

export interface StagesPageProps {
  stages: readonly Stage[];
  roles: readonly RoleMoves[];
  problem: string | undefined;
}

/** Which stages there are, what each asks for, and who moves entries from where to where. */
export function StagesPage({ stages, roles, problem }: StagesPageProps): Html {
  return (
    <DeskPage title="Stages" tab={urls.deskStages()}>
      {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      <p class="lede-line">Entries go through these in order. An owner moves any entry anywhere.</p>
      <ol class="stage-list">
        {stages.map((stage) => (
          <li>
            <StageForm stage={stage} />
          </li>
        ))}
      </ol>
      <section>
        <h2>Another stage</h2>
        <Form action={urls.deskStages()} label="Another stage">
          <Field label="Name" name="name" id="new-name" required maxlength={60} />
          <Field label="Checklist" name="checklist" id="new-checklist" rows={3} hint="A point in each line." />
          <button class="button" type="submit">
            Add it
          </button>
        </Form>
      </section>
      {roles.map((role) => (
        <RoleForm role={role} stages={stages} />
      ))}
    </DeskPage>
  );
}

function StageForm({ stage }: { stage: Stage }): Html {
  const id = String(stage.id);
  const stays = publicationStages.some((slug) => slug === stage.slug);
  return (
    <details>
      <summary>
        <strong>{stage.name}</strong> <span class="soft">{pointsOf(stage)}</span>
      </summary>
      <Form action={urls.deskStages()} method="put" label={stage.name}>
        <input type="hidden" name="what" value="stage" />
        <input type="hidden" name="id" value={id} />
        <div class="field-pair">
          <Field label="Name" name="name" id={`name-${id}`} value={stage.name} required maxlength={60} />
          <Field label="Place" name="position" id={`position-${id}`} type="number" value={String(stage.position)} />
        </div>
        <Field
          label="Checklist"
          name="checklist"
          id={`checklist-${id}`}
          rows={4}
          value={stage.checklist.join("\n")}
          hint="A point in each line."
        />
        <button class="button" type="submit">
          Keep
        </button>
      </Form>
      {stays ? null : (
        <Form action={urls.deskStages()} method="delete" label={`Remove ${stage.name}`}>
          <button class="button" type="submit" name="id" value={id}>
            Remove it
          </button>
        </Form>
      )}
    </details>
  );
}

function RoleForm({ role, stages }: { role: RoleMoves; stages: readonly Stage[] }): Html {
  return (
    <section>
      <h2>What {role.name} moves</h2>
      <details>
        <summary>{role.moves.length === 1 ? "1 move" : `${role.moves.length} moves`}</summary>
        <Form action={urls.deskStages()} method="put" label={`Moves of ${role.name}`}>
          <input type="hidden" name="what" value="role" />
          <input type="hidden" name="id" value={String(role.id)} />
          <div class="table staff-table" role="group" aria-label={`Moves of ${role.name}`} tabindex="0">
            <table class="move-table">
              <thead>
                <tr>
                  <th scope="col">From</th>
                  {stages.map(({ name }) => (
                    <th scope="col">{name}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {stages.map((from) => (
                  <tr>
                    <th scope="row">{from.name}</th>
                    {stages.map((to) => (
                      <td>{from.id === to.id ? null : <Move role={role} from={from} to={to} />}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <button class="button" type="submit">
            Keep
          </button>
        </Form>
      </details>
    </section>
  );
}

function Move({ role, from, to }: { role: RoleMoves; from: Stage; to: Stage }): Html {
  const move = `${from.id}-${to.id}`;
  return (
    <label class="move-box">
      <input
        type="checkbox"
        name="moves[]"
        value={move}
        checked={role.moves.includes(move)}
        aria-label={`${role.name}: from ${from.name} to ${to.name}`}
      />
    </label>
  );
}

function pointsOf({ checklist }: Stage): string {
  if (checklist.length === 0) return "no checklist";
  return checklist.length === 1 ? "1 point" : `${checklist.length} points`;
}
