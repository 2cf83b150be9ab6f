import type { Child, Html } from "#lib/jsx/jsx-runtime.ts";
import { Layout } from "#ui/layout.tsx";

export interface DoorPageProps {
  title: string;
  /** A sentence under it. */
  lede?: Child;
  children: Child;
  /** Other ways, under a line. */
  more?: Child;
  scripts?: readonly string[];
}

/** A page on the way in or out: one form, and nothing beside it. */
export function DoorPage({ title, lede, children, more, scripts }: DoorPageProps): Html {
  return (
    <Layout title={title} robots="noindex" styles={["account.css"]} scripts={scripts}>
      <div class="door">
        <h1>{title}</h1>
        {lede ? <p>{lede}</p> : null}
        {children}
        {more ? <div class="door-more">{more}</div> : null}
      </div>
    </Layout>
  );
}
