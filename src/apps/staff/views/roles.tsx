import type { FormErrors, FormValues } from "#lib/forms.ts";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { may, type Viewer } from "#lib/viewer.ts";
import { explain, permissionNames, permissions } from "#apps/accounts/permissions.ts";
import type { RoleInfo } from "#apps/accounts/roles.ts";
import { Choice, Field, Form, FormError, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { StaffPage, StaffTable } from "../parts.tsx";
import { TablePermissions } from "./table-permissions.tsx";

/** What each role may do, and how many people have it. */
export function RolesPage({ viewer, roles }: { viewer: Viewer; roles: readonly RoleInfo[] }): Html {
  const mayEdit = may(viewer, "roles.manage");
  const add = (
    <a class="button primary" href={urls.staffRole({ id: "new" })}>
      Make a role
    </a>
  );
  return (
    <StaffPage title="Roles" current={urls.staffRoles()} aside={mayEdit ? add : null}>
      <StaffTable label="Roles" head={["Role", "May", "People"]} right={[2]}>
        {roles.map((role) => (
          <tr>
            <th scope="row">
              {mayEdit && !isOwners(role) ? (
                <a href={urls.staffRole({ id: String(role.id) })}>{role.name}</a>
              ) : (
                role.name
              )}
              <small>{role.about}</small>
            </th>
            <td>
              {isOwners(role) ? (
                "Everything."
              ) : (
                <ul class="plain">
                  {explain(role.permissions).map((sentence) => (
                    <li>{sentence}</li>
                  ))}
                </ul>
              )}
            </td>
            <td class="right">{role.people}</td>
          </tr>
        ))}
      </StaffTable>
      <p class="older soft">
        What a role allows waits until its owner has a second factor. Roles are given on the page of a person.
      </p>
    </StaffPage>
  );
}

function isOwners(role: RoleInfo): boolean {
  return role.permissions.includes("*");
}

export interface RolePageProps {
  viewer: Viewer;
  /** Undefined for one that is being made. */
  role: RoleInfo | undefined;
  chosen: readonly string[];
  values?: FormValues;
  errors?: FormErrors;
}

export function RolePage({ viewer, role, chosen, values = {}, errors = {} }: RolePageProps): Html {
  const action = role === undefined ? urls.staffRoles() : urls.staffRole({ id: String(role.id) });
  return (
    <StaffPage title={role === undefined ? "Make a role" : `Role ${role.name}`} current={urls.staffRoles()}>
      <Form action={action} method={role === undefined ? "post" : "put"}>
        <FormError errors={errors} />
        <Field
          label="Name"
          name="name"
          required
          maxlength={40}
          value={role?.name ?? ""}
          values={values}
          errors={errors}
        />
        <Field label="About" name="about" maxlength={200} value={role?.about ?? ""} values={values} errors={errors} />
        <fieldset class="choices">
          <legend>It may</legend>
          {permissionNames
            .filter((permission) => may(viewer, permission) || chosen.includes(permission))
            .map((permission) => (
              <Choice
                label={permissions[permission]}
                name="permissions"
                value={permission}
                checked={chosen.includes(permission)}
              />
            ))}
        </fieldset>
        <TablePermissions viewer={viewer} chosen={chosen} />
        <Submit>{role === undefined ? "Make it" : "Save"}</Submit>
      </Form>
      {role === undefined ? null : (
        <section>
          <h2>Remove</h2>
          <p>
            {role.people === 0
              ? "Nobody has this role."
              : `${role.people} people lose what it allows, and sign in anew.`}
          </p>
          <Form action={urls.staffRole({ id: String(role.id) })} method="delete">
            <Submit tone="bad">Remove the role</Submit>
          </Form>
        </section>
      )}
    </StaffPage>
  );
}
