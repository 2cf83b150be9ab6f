/** What a browser says it is, for people: `Firefox on Linux`. It may lie. */
export async function describeDevice(userAgent: string): Promise<string> {
  if (userAgent === "") return "An unknown device";
  const { default: Bowser } = await import("bowser");
  const { browser, os, platform } = Bowser.parse(userAgent);
  const where = os.name ?? platform.type;
  const name = browser.name || "An unknown browser";
  return where === undefined ? name : `${name} on ${where}`;
}
