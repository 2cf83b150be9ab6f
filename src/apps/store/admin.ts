import { model, readOnlyModel } from "#lib/admin.ts";
import { urls } from "#urls.ts";
import { downloads, productFiles } from "./schema.ts";

export const models = [
  model(productFiles, {
    many: "Product files",
    about: "What whoever bought a product may download. Files are added on the page of their product.",
    title: "name",
    list: ["name", "productId", "contentType", "bytes", "createdAt"],
    search: ["name"],
    filters: ["productId"],
    order: "-createdAt",
    hidden: ["storageKey"],
    without: readOnlyModel,
    elsewhere: ({ productId }) => ({
      label: "To the files of its product",
      href: urls.staffProduct({ id: String(productId) }),
    }),
  }),
  model(downloads, {
    about: "Who downloaded what.",
    title: "fileId",
    list: ["userId", "fileId", "at"],
    filters: ["fileId"],
    dates: "at",
    order: "-at",
    without: readOnlyModel,
  }),
];
