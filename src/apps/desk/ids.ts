/** The number in an address such as `/desk/7/`; 0, which nothing has, when there is none. */
export function idIn(text: string): number {
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : 0;
}
