import { raw, type Child, type Html } from "../jsx/jsx-runtime.ts";
import { darkRules, fonts, light } from "./look.ts";
import { mailWidth } from "./parts.tsx";

export interface PageProps {
  language: string;
  subject: string;
  /** What lists of mail show after the subject. */
  preview: string;
  siteName: string;
  siteUrl: string;
  body: Child;
  footer: Child;
}

/** A whole mail: one column of 600 px, tables for Outlook, styles on every element, and no picture of our own. */
export function Page({ language, subject, preview, siteName, siteUrl, body, footer }: PageProps): Html {
  return (
    <>
      {raw("<!DOCTYPE html>")}
      <html lang={language}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="supported-color-schemes" content="light dark" />
          <title>{subject}</title>
          <style>{raw(`${phoneRules}\n${darkRules}`)}</style>
        </head>
        <body
          class="m-sunken"
          style={`margin: 0; padding: 0; background-color: ${light.sunken}; -webkit-text-size-adjust: 100%;`}
        >
          <div style="display: none; max-height: 0; overflow: hidden;">{preview}</div>
          <table
            class="m-sunken"
            role="presentation"
            width="100%"
            cellpadding="0"
            cellspacing="0"
            border="0"
            bgcolor={light.sunken}
            style={`background-color: ${light.sunken};`}
          >
            <tr>
              <td align="center" style="padding: 24px 12px;">
                {raw(`<!--[if mso]><table role="presentation" width="${mailWidth}"><tr><td><![endif]-->`)}
                <Column>
                  <Row kind="head">
                    <a
                      class="m-ink"
                      href={siteUrl}
                      style={`color: ${light.ink}; font: 600 20px/1.4 ${fonts.text}; letter-spacing: -0.015em; text-decoration: none;`}
                    >
                      {siteName}
                    </a>
                  </Row>
                  <Row kind="body">{body}</Row>
                  <Row kind="foot">{footer}</Row>
                </Column>
                {raw("<!--[if mso]></td></tr></table><![endif]-->")}
              </td>
            </tr>
          </table>
        </body>
      </html>
    </>
  );
}

function Column({ children }: { children: Child }): Html {
  return (
    <table
      role="presentation"
      width="100%"
      cellpadding="0"
      cellspacing="0"
      border="0"
      style={`width: 100%; max-width: ${mailWidth}px;`}
    >
      {children}
    </table>
  );
}

function Row({ kind, children }: { kind: "head" | "body" | "foot"; children: Child }): Html {
  if (kind !== "body") {
    return (
      <tr>
        <td class="m-pad" align="left" style={kind === "head" ? "padding: 8px 40px 20px;" : "padding: 24px 40px 8px;"}>
          {children}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <td
        class="m-pad m-raised"
        align="left"
        bgcolor={light.raised}
        style={`padding: 40px 40px 24px; border-radius: 12px; background-color: ${light.raised};`}
      >
        {children}
      </td>
    </tr>
  );
}

const phoneRules = `@media (max-width: 520px) {
.m-pad { padding-left: 20px !important; padding-right: 20px !important; }
}`;
