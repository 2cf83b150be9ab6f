import type { Router } from "#lib/app.ts";
import { againRoutes } from "../door/again.tsx";
import { linkRoutes } from "../door/link.tsx";
import { registerRoutes } from "../door/register.tsx";
import { resetRoutes } from "../door/reset.tsx";
import { secondFactorRoutes } from "../door/second-factor.tsx";
import { signInRoutes } from "../door/sign-in.tsx";

/** The ways in and out. */
export function doorRoutes(router: Router): void {
  signInRoutes(router);
  registerRoutes(router);
  linkRoutes(router);
  resetRoutes(router);
  secondFactorRoutes(router);
  againRoutes(router);
}
