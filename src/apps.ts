import { knowModels } from "./lib/admin.ts";
import type { App } from "./lib/app.ts";
import { knowChecks } from "./lib/checks.ts";
import { knowTasks } from "./lib/jobs.ts";
import { knowKinds } from "./lib/kinds.ts";
import accounts from "./apps/accounts/app.ts";
import admin from "./apps/admin/app.ts";
import billing from "./apps/billing/app.ts";
import catalog from "./apps/catalog/app.ts";
import dashboard from "./apps/dashboard/app.ts";
import desk from "./apps/desk/app.ts";
import editorial from "./apps/editorial/app.ts";
import feeds from "./apps/feeds/app.ts";
import home from "./apps/home/app.ts";
import importer from "./apps/importer/app.ts";
import mail from "./apps/mail/app.ts";
import media from "./apps/media/app.ts";
import members from "./apps/members/app.ts";
import operations from "./apps/operations/app.ts";
import pages from "./apps/pages/app.ts";
import progress from "./apps/progress/app.ts";
import search from "./apps/search/app.ts";
import staff from "./apps/staff/app.ts";
import store from "./apps/store/app.ts";
import teams from "./apps/teams/app.ts";
import tutorials from "./apps/tutorials/app.ts";

/** The floor plan, roof first: an app imports only what stands below it. */
export const apps: readonly App[] = [
  // the control room
  operations,
  admin,
  // moving in
  importer,
  // where texts are made
  desk,
  // front of house
  home,
  dashboard,
  // business
  teams,
  store,
  billing,
  // finding
  search,
  feeds,
  // kinds of entry
  tutorials,
  pages,
  // around an entry
  progress,
  // the desk
  editorial,
  // the catalog
  catalog,
  // people
  members,
  staff,
  accounts,
  // ground
  media,
  mail,
];

/** The tasks of them all; events reach those among them that listen. */
export const tasks = knowTasks(apps.flatMap((app) => app.tasks ?? []));

/** What each of them asks about the health of the site. */
export const checks = knowChecks(apps.flatMap((app) => app.checks ?? []));

/** What the admin knows of their tables. */
export const models = knowModels(apps);

/** Which app answers for entries of a kind. */
export const kinds = knowKinds(apps);
