import { WritingRoom } from "./desk/writing-room.ts";

/** The form of a text, turned into the room that it is written in. Without this script it is a form that works. */
class DeskEditor extends HTMLElement {
  connectedCallback(): void {
    void WritingRoom.open(this);
  }
}

customElements.define("desk-editor", DeskEditor);
