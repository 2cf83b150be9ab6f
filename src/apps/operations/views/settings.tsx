import { StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Notice } from "#ui/messages.tsx";
import { urls } from "#urls.ts";
import type { Setting } from "../settings.ts";

export interface SettingsPageProps {
  settings: readonly Setting[];
  answers: readonly { name: string; problem: string | undefined }[];
}

/** Whether the site is fit for readers, and what it was told. Nothing here can be changed: the environment says it. */
export function SettingsPage({ settings, answers }: SettingsPageProps): Html {
  const wrong = answers.filter(({ problem }) => problem !== undefined);
  const well = answers.filter(({ problem }) => problem === undefined);
  return (
    <StaffPage title="Settings" current={urls.staffSettings()} styles={["control.css"]}>
      <p class="lede-line">
        They come from the environment of the process and are read once, at its start;{" "}
        <code>docs/configuration.md</code> says what each does.
      </p>
      <section>
        <h2>Fit for readers</h2>
        {wrong.length === 0 ? (
          <Notice tone="good">All {answers.length} checks are well.</Notice>
        ) : (
          <ul class="troubles">
            {wrong.map(({ name, problem }) => (
              <li>
                <strong>{name}</strong>
                <p>{problem}</p>
              </li>
            ))}
          </ul>
        )}
        {wrong.length > 0 && well.length > 0 ? (
          <details class="more">
            <summary>{well.length} are well</summary>
            <p class="soft">{well.map(({ name }) => name).join(", ")}</p>
          </details>
        ) : null}
      </section>
      <section>
        <h2>In use</h2>
        <StaffTable label="Settings" head={["Setting", "Value", "From"]}>
          {settings.map(({ name, value, source, about }) => (
            <tr id={name.toLowerCase()}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td class="value-cell">
                {value === "not set" ? <span class="none">not set</span> : value}
                {about === "" ? null : (
                  <details class="more">
                    <summary>What it does</summary>
                    <p class="soft">{about}</p>
                  </details>
                )}
              </td>
              <td class="nowrap">{source === "default" ? <span class="soft">default</span> : source}</td>
            </tr>
          ))}
        </StaffTable>
      </section>
    </StaffPage>
  );
}
