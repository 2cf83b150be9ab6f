import type { EntryHandler } from "#lib/app.ts";
import { PageView } from "./views/page.tsx";

export const showPage: EntryHandler = (_request, _reply, page) => <PageView page={page} />;
