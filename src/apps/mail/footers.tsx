import { Link, Small } from "#lib/mail/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { config } from "#config.ts";

/** Under mail that nobody can leave: why it came, and from where. */
export function TransactionalFooter({ because }: { because: string }): Html {
  return (
    <Small>
      You get this because {because}. It comes from{" "}
      <Link href={`${config.BASE_URL}/`}>{new URL(config.BASE_URL).host}</Link>.
    </Small>
  );
}

/** Under mail of a list: why it came, and how to have no more of it. */
export function ListFooter({ title, preferences }: { title: string; preferences: string }): Html {
  return (
    <Small>
      You get this because you wanted {title} from {config.SITE_NAME}.{" "}
      <Link href={preferences}>Unsubscribe or choose what you get</Link>.
    </Small>
  );
}
