const countries = new Intl.DisplayNames(["en"], { type: "region" });

/** Where something came from, as far as that is known: `192.0.2.17, Netherlands`. */
export function placeOf({ ip, country }: { ip: string; country: string }): string {
  return [ip, country && countries.of(country)].filter(Boolean).join(", ");
}
