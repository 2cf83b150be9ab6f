import { z } from "zod";
import type { Answer, Reply, Request, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { readForm } from "#lib/forms.ts";
import { Refused } from "#lib/http/problems.ts";
import { isPermission } from "#apps/accounts/permissions.ts";
import { addRole, editRole, getRole, listRoles, removeRole, type RoleInfo } from "#apps/accounts/roles.ts";
import { originOf } from "#apps/accounts/security-events.ts";
import { urls } from "#urls.ts";
import { isId } from "../people.ts";
import { RolePage, RolesPage } from "../views/roles.tsx";

const form = z.object({
  name: z
    .string()
    .trim()
    .min(1, "A role has a name.")
    .max(40, "At most 40 characters.")
    .regex(/^[^\p{Cc},]*$/u, "A name has no commas."),
  about: z.string().trim().max(200, "At most 200 characters.").default(""),
  permissions: z.array(z.string()),
  // Those to tables of the admin, which have fields of another kind.
  "tables[]": z.array(z.string()),
});

/** What the roles are, and what each may do. */
export function rolesRoutes(router: Router): void {
  router.get(urls.staffRoles.pattern, { access: "permission:people.view" }, async ({ viewer }) => (
    <RolesPage viewer={viewer} roles={await listRoles()} />
  ));

  const managing = { access: "permission:roles.manage", reauthenticate: true } as const;
  router.post(urls.staffRoles.pattern, managing, (request, reply) => save(request, reply, undefined));

  router.get(urls.staffRole.pattern, managing, async ({ params, viewer }) => {
    const role = params.id === "new" ? undefined : await getEditable(params);
    return <RolePage viewer={viewer} role={role} chosen={role?.permissions ?? []} />;
  });

  router.put(urls.staffRole.pattern, managing, async (request, reply) =>
    save(request, reply, await getEditable(request.params)),
  );

  router.delete(urls.staffRole.pattern, managing, async (request, reply) => {
    const problem = await removeRole(request.viewer, await getEditable(request.params), originOf(request));
    if (problem !== undefined) throw new Refused(403, problem);
    return reply.redirect(urls.staffRoles(), 303);
  });
}

// What owners may do is not a matter of choice.
async function getEditable({ id }: { id: string }): Promise<RoleInfo> {
  const role = await getRole(isId(id) ? Number(id) : 0);
  if (role.permissions.includes("*")) throw new NotFound("An owner may do everything, and that is not changed.");
  return role;
}

async function save(request: Request, reply: Reply, role: RoleInfo | undefined): Promise<Answer> {
  const { data, errors, values } = readForm(request, form);
  const fields = data && { ...data, permissions: [...data.permissions, ...data["tables[]"]].filter(isPermission) };
  const origin = originOf(request);
  const problem =
    fields &&
    (role === undefined
      ? await addRole(request.viewer, fields, origin)
      : await editRole(request.viewer, role, fields, origin));
  if (fields !== undefined && problem === undefined) return reply.redirect(urls.staffRoles(), 303);
  reply.code(422);
  const shown = problem === undefined ? errors : { "": problem };
  const chosen =
    request.body instanceof URLSearchParams
      ? [...request.body.getAll("permissions"), ...request.body.getAll("tables[]")]
      : [];
  return <RolePage viewer={request.viewer} role={role} chosen={chosen} values={values} errors={shown} />;
}
