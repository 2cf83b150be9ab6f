import "./environment.ts";
import { mail } from "./parts/mail.ts";
import { closeWorld } from "./world.ts";
console.log(await mail()); await closeWorld(); process.exit();
