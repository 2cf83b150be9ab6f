import { demo } from "./helpers/demo.ts";
import { testPages } from "./helpers/pages.ts";

await testPages(demo, ["/search/?q=pictures", "/search/?q=pictres", "/search/?q=zzzz"]);
