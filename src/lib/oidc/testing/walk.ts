/** Follows redirects as a browser does, cookies and all, until one leads to `home`; that address is the answer. */
export async function walk(start: string, home: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  for (let hop = 0; hop < 10; hop += 1) {
    if (url.href.startsWith(home)) return url;
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: { cookie } });
    await response.arrayBuffer();
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`${url.href} answered ${response.status} and leads nowhere.`);
    url = new URL(location, url);
  }
  throw new Error("Ten redirects did not lead home.");
}
