import assert from "node:assert/strict";
import { test } from "node:test";
import { Picture } from "./picture.tsx";

const picture = {
  src: "/media/a/960.jpg",
  width: 1600,
  height: 900,
  sources: [{ type: "image/avif", srcset: "/media/a/480.avif 480w, /media/a/960.avif 960w" }],
  srcset: "/media/a/480.jpg 480w",
  color: "#aabbcc",
  focus: "30% 80%",
};

test("a picture reserves its room and waits until it is near the view", () => {
  const markup = String(Picture({ picture, alt: "A lamp", sizes: "100vw" }));
  assert.match(markup, /<source type="image\/avif" srcset="[^"]+" sizes="100vw">/);
  assert.match(markup, /width="1600" height="900" alt="A lamp"/);
  assert.match(markup, /loading="lazy"/);
  assert.match(markup, /class="focus-x25 focus-y75"/);
  assert.doesNotMatch(markup, /style=/);
});

test("a picture in the first view is fetched at once", () => {
  const markup = String(Picture({ picture, alt: "", sizes: "100vw", eager: true }));
  assert.match(markup, /alt=""/);
  assert.match(markup, /fetchpriority="high"/);
  assert.doesNotMatch(markup, /loading=/);
});

test("a focal point in the middle or none at all needs no class", () => {
  for (const focus of ["50% 50%", undefined]) {
    const { focus: _, ...rest } = picture;
    const markup = String(Picture({ picture: focus ? { ...rest, focus } : rest, alt: "", sizes: "1px" }));
    assert.doesNotMatch(markup, /class=/);
  }
});
