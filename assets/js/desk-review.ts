import { TextReview } from "./desk/text-review.ts";

customElements.define("text-review", TextReview);
