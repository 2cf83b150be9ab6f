import { z } from "zod";
import type { Reply, Router } from "#lib/app.ts";
import { NotFound } from "#lib/errors.ts";
import { urls } from "#urls.ts";
import { monthsFile, rowsFile } from "../numbers/files.ts";
import { numberNames } from "../numbers/history.ts";
import { listCurrencies, listRows, monthOf, readNumbers } from "../numbers/numbers.ts";
import { NumberPage } from "../views/numbers/number.tsx";
import { NumbersPage } from "../views/numbers/numbers.tsx";

const shownRows = 200;
const exportedRows = 50_000;

const currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .optional();
const format = z.literal("csv").optional();

/** How the business goes, and the rows behind each number. */
export function numbersRoutes(router: Router): void {
  const see = { access: "permission:numbers.view" } as const;

  const query = z.object({ currency, format });
  router.get(urls.staffNumbers.pattern, { ...see, query }, async (request, reply) => {
    const currencies = await listCurrencies();
    const chosen = request.query.currency ?? currencies[0];
    if (chosen === undefined) return <NumbersPage currencies={currencies} currency={chosen} numbers={undefined} />;
    const numbers = await readNumbers(chosen, new Date());
    if (request.query.format === "csv") return sendFile(reply, `numbers-${chosen}`, monthsFile(numbers.months, chosen));
    return <NumbersPage currencies={currencies} currency={chosen} numbers={numbers} />;
  });

  const month = z
    .string()
    .regex(/^20\d\d-(0[1-9]|1[0-2])$/)
    .optional();
  const narrowed = z.object({
    currency,
    format,
    month,
    plan: z.string().max(100).optional(),
    country: z.string().max(2).optional(),
  });
  router.get(urls.staffNumber.pattern, { ...see, query: narrowed }, async (request, reply) => {
    const number = z.enum(numberNames).safeParse(request.params.number).data;
    if (number === undefined) throw new NotFound();
    const asked = {
      number,
      currency: request.query.currency ?? (await listCurrencies())[0] ?? "USD",
      month: request.query.month ?? monthOf(new Date()),
      plan: request.query.plan,
      country: request.query.country,
    };
    if (request.query.format === "csv") {
      const rows = await listRows({ ...asked, limit: exportedRows });
      return sendFile(reply, `${number}-${asked.month}-${asked.currency}`, rowsFile(rows, asked));
    }
    const rows = await listRows({ ...asked, limit: shownRows + 1 });
    return <NumberPage {...asked} rows={rows.slice(0, shownRows)} hasMore={rows.length > shownRows} />;
  });
}

function sendFile(reply: Reply, name: string, text: string): string {
  reply.type("text/csv; charset=utf-8").header("content-disposition", `attachment; filename="${name}.csv"`);
  return text;
}
