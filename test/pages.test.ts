import { site } from "./helpers/site.ts";
import { testPages } from "./helpers/pages.ts";

await testPages(site, ["/search/?q=list", "/levels/advanced/"]);
