import { CodeBlock } from "./code-block.ts";
import { CopyLink } from "./copy-link.ts";
import { PageContents } from "./page-contents.ts";
import { ReadingPosition } from "./reading-position.ts";
import { StateSwitch } from "./state-switch.ts";
import { TabSet } from "./tab-set.ts";
import { ZoomImage } from "./zoom-image.ts";

customElements.define("code-block", CodeBlock);
customElements.define("copy-link", CopyLink);
customElements.define("page-contents", PageContents);
customElements.define("reading-position", ReadingPosition);
customElements.define("state-switch", StateSwitch);
customElements.define("tab-set", TabSet);
customElements.define("zoom-image", ZoomImage);
