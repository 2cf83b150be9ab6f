/** Proposes the browser's own time zone where none has been chosen yet. */
class TimeZone extends HTMLElement {
  connectedCallback(): void {
    const field = this.querySelector<HTMLSelectElement | HTMLInputElement>("select, input");
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (field !== null && /^(UTC)?$/.test(field.value) && isOffered(field, own)) field.value = own;
  }
}

function isOffered(field: HTMLSelectElement | HTMLInputElement, zone: string): boolean {
  return field instanceof HTMLInputElement || [...field.options].some((option) => option.value === zone);
}

customElements.define("time-zone", TimeZone);
