import { SearchPalette } from "./search-palette.ts";
import { ThemeSwitch } from "./theme-switch.ts";

customElements.define("theme-switch", ThemeSwitch);
customElements.define("search-palette", SearchPalette);
