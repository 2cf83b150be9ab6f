import type { Product } from "#apps/members/schema.ts";
import { Moment, StaffPage, StaffTable } from "#apps/staff/parts.tsx";
import type { Html } from "#lib/jsx/jsx-runtime.ts";
import { Field, Form, Submit } from "#ui/form.tsx";
import { urls } from "#urls.ts";
import { mostBytes, type DownloadRow } from "../files.ts";
import type { ProductFile } from "../schema.ts";
import { sizeOf } from "./size.ts";

export interface StaffProductPageProps {
  product: Product;
  files: readonly ProductFile[];
  /** How often each was downloaded. */
  times: ReadonlyMap<number, number>;
  downloads: readonly DownloadRow[];
  problem: string | undefined;
}

/** The files of a product, for who sells it. */
export function StaffProductPage({ product, files, times, downloads, problem }: StaffProductPageProps): Html {
  const id = String(product.id);
  return (
    <StaffPage
      title={product.name}
      current={urls.admin()}
      aside={
        <p>
          <a href={urls.adminRow({ model: "products", key: id })}>What it says and costs</a>
        </p>
      }
    >
      <section>
        <h2>Files</h2>
        {files.length === 0 ? (
          <p class="soft">It has none: who buys it gets what it opens alone.</p>
        ) : (
          <StaffTable label="Files" head={["File", "Type", "Size", "Downloads", ""]} right={[2, 3, 4]}>
            {files.map((file) => (
              <tr>
                <th scope="row">{file.name}</th>
                <td>{file.contentType}</td>
                <td class="right">{sizeOf(file.bytes)}</td>
                <td class="right">{times.get(file.id) ?? 0}</td>
                <td class="right">
                  <Form action={urls.staffProductFile({ id, file: String(file.id) })} method="delete" kind="inline">
                    <button class="button" type="submit" aria-label={`Remove ${file.name}`}>
                      Remove
                    </button>
                  </Form>
                </td>
              </tr>
            ))}
          </StaffTable>
        )}
        <Form action={urls.staffProduct({ id })} kind="upload" label="Add a file">
          <Field
            label="Add a file"
            name="file"
            type="file"
            required
            hint={`At most ${sizeOf(mostBytes)}. Whoever has the product downloads it under its own name.`}
            {...(problem !== undefined && { errors: { file: problem } })}
          />
          <Submit>Add</Submit>
        </Form>
      </section>
      <section>
        <h2>Downloads</h2>
        {downloads.length === 0 ? (
          <p class="soft">Nobody has downloaded anything yet.</p>
        ) : (
          <StaffTable label="Downloads" head={["Who", "What", "When"]}>
            {downloads.map(({ userId, name, address, file, at }) => (
              <tr>
                <th scope="row">
                  <a href={urls.staffPerson({ id: String(userId) })}>{name || address}</a>
                </th>
                <td>{file}</td>
                <td>
                  <Moment at={at} />
                </td>
              </tr>
            ))}
          </StaffTable>
        )}
      </section>
    </StaffPage>
  );
}
