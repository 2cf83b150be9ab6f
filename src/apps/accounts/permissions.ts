/** What somebody of the staff may be allowed, and what that means. Roles are made of these. */
export const permissions = {
  "desk.open": "See the desk: every draft, where it stands, and what is said of it.",
  "desk.write": "Begin texts, and change those that one writes or is assigned to.",
  "desk.review": "Comment, suggest and approve.",
  "desk.publish": "Change any text; publish, schedule and retire.",
  "entries.open": "Read every entry, whoever it is for.",
  "operations.view": "See uptime, checks and incidents.",
  "people.view": "Find people and see their accounts.",
  "people.impersonate": "Act in a reader's place to help, with a reason that is kept.",
  "people.ban": "Ban people, lift bans and end sessions.",
  "people.merge": "Merge two accounts of one person.",
  "roles.manage": "Make roles and give them to people.",
  "audit.view": "See what happened to accounts.",
  "blocks.manage": "Turn away addresses, networks, countries and programs.",
} as const;
export type Permission = keyof typeof permissions;

export const permissionNames = Object.keys(permissions).filter(isPermission);

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name);
}
