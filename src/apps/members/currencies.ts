// ISO 4217 by ISO 3166: where money that several countries share is paid with, then the others that prices are made in.
const shared: Readonly<Record<string, string>> = {
  EUR: "AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM TF VA XK YT",
  GBP: "GB GG IM JE",
  USD: "AS EC GU MH FM MP PR PW SV TL US VI",
  AUD: "AU CX KI NF NR TV",
  CHF: "CH LI",
  DKK: "DK FO GL",
  NOK: "NO SJ",
  NZD: "CK NU NZ TK",
};
const own =
  "AED AE|ARS AR|BRL BR|CAD CA|CLP CL|CNY CN|COP CO|CZK CZ|EGP EG|HKD HK|HUF HU|IDR ID|ILS IL|INR IN|ISK IS|JPY JP|KRW KR|" +
  "MXN MX|MYR MY|NGN NG|PHP PH|PLN PL|QAR QA|RON RO|SAR SA|SEK SE|SGD SG|THB TH|TRY TR|TWD TW|UAH UA|VND VN|ZAR ZA";

const byCountry = new Map([
  ...Object.entries(shared).flatMap(([currency, countries]) =>
    countries.split(" ").map((country) => [country, currency] as const),
  ),
  ...own.split("|").map((pair) => [pair.slice(4), pair.slice(0, 3)] as const),
]);

/** What is paid with in a country; undefined where we know of nothing. */
export function currencyOf(country: string): string | undefined {
  return byCountry.get(country);
}
