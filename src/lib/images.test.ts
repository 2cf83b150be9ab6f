import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import sharp from "sharp";
import { closeImages, ImageRefused, inspectImage, makeVariant } from "./images.ts";
import { film, photo, samples, svg } from "./images/samples.ts";
import type { Recipe, Resize } from "./images.ts";

after(closeImages);

const sizeOf = async (bytes: Uint8Array) => {
  const { width, height } = await sharp(bytes).metadata();
  return [width, height];
};

/** The colour at a point given in percent. */
const colorAt = async (bytes: Uint8Array, x: number, y: number) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  const column = Math.min(Math.floor((x / 100) * info.width), info.width - 1);
  const row = Math.min(Math.floor((y / 100) * info.height), info.height - 1);
  return [...data.subarray((row * info.width + column) * 4, (row * info.width + column) * 4 + 4)];
};

const isNear = (found: readonly number[], wanted: readonly number[]) =>
  assert.ok(
    wanted.every((part, index) => Math.abs(part - (found[index] ?? Number.NaN)) < 24),
    `${found.join()} is not ${wanted.join()}`,
  );

const [red, green, blue, white, clear] = [
  [255, 0, 0, 255],
  [0, 255, 0, 255],
  [0, 0, 255, 255],
  [255, 255, 255, 255],
  [255, 255, 255, 0],
];

/** 90 × 30: a red, a green and a blue square beside each other. */
const flag = () =>
  sharp({ create: { width: 90, height: 30, channels: 3, background: "#0f0" } })
    .composite([
      { input: { create: { width: 30, height: 30, channels: 3, background: "#f00" } }, left: 0, top: 0 },
      { input: { create: { width: 30, height: 30, channels: 3, background: "#00f" } }, left: 60, top: 0 },
    ])
    .png()
    .toBuffer();

const solid = (background: string) =>
  sharp({ create: { width: 9, height: 9, channels: 4, background } })
    .png()
    .toBuffer();

describe("what a picture is", () => {
  test("is told for every format", async () => {
    for (const [name, bytes] of Object.entries(await samples())) {
      const facts = await inspectImage(bytes);
      assert.ok(name.endsWith(facts.format), `${name} is ${facts.format}`);
      assert.deepEqual([facts.width, facts.height], [64, 48], name);
      assert.equal(facts.animated, name.startsWith("moving"), name);
      if (facts.format !== "svg") assert.deepEqual(facts.bytes, bytes, name);
    }
  });

  test("counts its size after EXIF rotation", async () => {
    const turned = await sharp(await photo(60, 40))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const facts = await inspectImage(turned);
    assert.deepEqual([facts.width, facts.height], [40, 60]);
  });

  test("has its average colour, unless one can see through it", async () => {
    assert.equal((await inspectImage(await solid("#3366cc"))).color, "#3366cc");
    assert.equal((await inspectImage(await solid("#3366cc80"))).color, undefined);
    assert.equal((await inspectImage(svg("<rect/>"))).color, undefined);
  });

  test("takes bytes that share a buffer with others", async () => {
    const bytes = await flag();
    const shared = new Uint8Array(bytes.length + 20);
    shared.set(bytes, 7);
    const facts = await inspectImage(shared.subarray(7, 7 + bytes.length));
    assert.deepEqual(facts.bytes, bytes);
  });
});

const crop = async (x: number) => {
  const recipe = { width: 10, height: 10, mode: "crop", focus: { x, y: 0.5 }, format: "png" } as const;
  return colorAt(await makeVariant(await flag(), recipe), 50, 50);
};

const make = async (...steps: Extract<Recipe, { steps: unknown }>["steps"]) =>
  makeVariant(await flag(), { steps, format: "png" });

describe("modes of resizing", () => {
  const cases: [name: string, recipe: Resize, width: number, height: number][] = [
    ["clip to a width", { width: 45 }, 45, 15],
    ["clip to a height", { height: 10 }, 30, 10],
    ["clip within both", { width: 60, height: 10, mode: "clip" }, 30, 10],
    ["clip never enlarges", { width: 900 }, 90, 30],
    ["crop", { width: 20, height: 20, mode: "crop" }, 20, 20],
    ["crop enlarges", { width: 120, height: 120, mode: "crop" }, 120, 120],
    ["crop with one side keeps the proportions", { width: 180, mode: "crop" }, 180, 60],
    ["fill", { width: 60, height: 60, mode: "fill" }, 60, 60],
    ["fill never enlarges what it pads", { width: 200, height: 200, mode: "fill" }, 200, 200],
    ["scale", { width: 31, height: 77, mode: "scale" }, 31, 77],
    ["adapt crops", { width: 80, height: 30, mode: "adapt", retain: 80 }, 80, 30],
    ["adapt fills", { width: 30, height: 30, mode: "adapt" }, 30, 30],
    ["a sliver keeps a pixel", { width: 1 }, 1, 1],
  ];
  for (const [name, recipe, width, height] of cases) {
    test(name, async () => {
      const bytes = await makeVariant(await flag(), { ...recipe, format: "png" });
      assert.deepEqual(await sizeOf(bytes), [width, height]);
    });
  }

  test("a crop keeps what it is focused on", async () => {
    isNear(await crop(0), red);
    isNear(await crop(0.5), green);
    isNear(await crop(1), blue);
  });

  test("padding is transparent, white where nothing is transparent, or the colour asked for", async () => {
    const fill = { width: 90, height: 90, mode: "fill" } as const;
    isNear(await colorAt(await makeVariant(await flag(), { ...fill, format: "png" }), 50, 5), clear);
    isNear(await colorAt(await makeVariant(await flag(), { ...fill, format: "jpeg" }), 50, 5), white);
    isNear(
      await colorAt(await makeVariant(await flag(), { ...fill, background: "#ff0000", format: "webp" }), 50, 5),
      red,
    );
    isNear(await colorAt(await makeVariant(await flag(), { ...fill, format: "png" }), 50, 50), green);
    const narrow = { width: 30, height: 30, background: "#0000ff", format: "png" } as const;
    isNear(await colorAt(await makeVariant(await flag(), { ...narrow, mode: "adapt", retain: 50 }), 50, 5), blue);
    isNear(await colorAt(await makeVariant(await flag(), { ...narrow, mode: "adapt", retain: 30 }), 50, 5), green);
  });

  test("an SVG is drawn as large as it is asked for", async () => {
    const bytes = await makeVariant(svg('<rect width="64" height="48" fill="#f00"/>'), { width: 640, format: "png" });
    assert.deepEqual(await sizeOf(bytes), [640, 480]);
    isNear(await colorAt(bytes, 99, 99), red);
  });

  test("a size beyond the limit is refused", async () => {
    for (const mode of ["crop", "fill", "scale"] as const) {
      await assert.rejects(makeVariant(await flag(), { width: 9000, height: 9000, mode, format: "png" }), ImageRefused);
    }
    await assert.rejects(
      makeVariant(await flag(), { width: 9000, height: 1800, mode: "crop", format: "png" }),
      /megapixels/,
    );
  });
});

describe("steps", () => {
  test("are carried out in their order", async () => {
    const region = { op: "region", left: 60, top: 0, width: 30, height: 30 } as const;
    const resize = { op: "resize", width: 45 } as const;
    assert.deepEqual(await sizeOf(await make(region, { op: "resize", width: 10 })), [10, 10]);
    isNear(await colorAt(await make(region), 50, 50), blue);
    await assert.rejects(make(resize, region), /lies outside of the picture, which is 45 × 15 pixels/);
    assert.deepEqual(await sizeOf(await make(resize, { op: "rotate", degrees: 90 })), [15, 45]);
  });

  test("turn clockwise, cutting off the corners or growing", async () => {
    isNear(await colorAt(await make({ op: "rotate", degrees: 90 }), 50, 1), red);
    isNear(await colorAt(await make({ op: "rotate", degrees: 270 }), 50, 1), blue);
    assert.deepEqual(await sizeOf(await make({ op: "rotate", degrees: 30 })), [90, 30]);
    const steep = await make({ op: "rotate", degrees: 80, background: "#ff0000" });
    assert.deepEqual(await sizeOf(steep), [90, 30]);
    isNear(await colorAt(steep, 2, 50), red);
    isNear(await colorAt(steep, 50, 50), green);
    const [width = 0, height = 0] = await sizeOf(await make({ op: "rotate", degrees: 45, expand: true }));
    assert.ok(Math.abs(width - 85) <= 2 && Math.abs(height - 85) <= 2, `${width} × ${height}`);
  });

  test("none at all only changes the format", async () => {
    const bytes = await make();
    assert.deepEqual(await sizeOf(bytes), [90, 30]);
  });
});

describe("what comes out", () => {
  test("is upright and carries neither EXIF, XMP nor a profile", async () => {
    const carrier = await sharp(await flag())
      .withExif({ IFD0: { Artist: "Somebody" }, IFD3: { GPSLatitude: "51/1 30/1 0/1" } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    for (const format of ["webp", "avif", "jpeg", "png"] as const) {
      const bytes = await makeVariant(carrier, { width: 900, format });
      const { exif, xmp, icc, orientation, width, height, space } = await sharp(bytes).metadata();
      assert.deepEqual(
        { exif, xmp, icc, orientation },
        { exif: undefined, xmp: undefined, icc: undefined, orientation: undefined },
        format,
      );
      assert.deepEqual([width, height, space], [30, 90, "srgb"], format);
      isNear(await colorAt(bytes, 50, 10), red);
    }
  });

  test("looks the same when the original was in wide gamut, CMYK, grey or 16 bits", async () => {
    const solid = sharp({ create: { width: 40, height: 40, channels: 3, background: "#cc3333" } });
    const originals = {
      p3: await solid.clone().withIccProfile("p3").png().toBuffer(),
      cmyk: await solid.clone().toColourspace("cmyk").withIccProfile("cmyk").jpeg({ quality: 100 }).toBuffer(),
      "16 bits": await solid.clone().toColourspace("rgb16").png().toBuffer(),
    };
    for (const [name, original] of Object.entries(originals)) {
      for (const format of ["webp", "png", "jpeg"] as const) {
        const bytes = await makeVariant(original, { width: 20, format });
        const { space, depth } = await sharp(bytes).metadata();
        assert.deepEqual([space, depth], ["srgb", "uchar"], `${name} as ${format}`);
        isNear(await colorAt(bytes, 50, 50), [204, 51, 51, 255]);
      }
    }
  });

  test("moves when it was moving and the format can", async () => {
    for (const source of ["gif", "webp"] as const) {
      const original = await film(64, 48, 3, source);
      for (const [format, pages] of [
        ["webp", 3],
        ["gif", 3],
        ["avif", 1],
        ["png", 1],
        ["jpeg", 1],
      ] as const) {
        const found = await sharp(await makeVariant(original, { width: 32, format })).metadata();
        assert.equal(found.pages ?? 1, pages, `${source} as ${format}`);
        assert.deepEqual([found.width, found.pageHeight ?? found.height], [32, 24]);
      }
      const cropped = await makeVariant(original, { width: 20, height: 20, mode: "crop", format: "webp" });
      assert.deepEqual([(await sharp(cropped).metadata()).pages, ...(await sizeOf(cropped))], [3, 20, 20]);
      const padded = await makeVariant(original, { width: 90, height: 90, mode: "fill", format: "webp" });
      assert.deepEqual([(await sharp(padded).metadata()).pages, ...(await sizeOf(padded))], [3, 90, 90]);
    }
  });

  test("has the quality asked for, or keeps that of a JPEG", async () => {
    const original = await photo(200, 200);
    const length = async (quality: number | "keep", bytes = original) =>
      (await makeVariant(bytes, { width: 200, format: "jpeg", quality })).length;
    assert.ok((await length(30)) < (await length(90)));
    const coarse = await sharp(original).jpeg({ quality: 40 }).toBuffer();
    const kept = await length("keep", coarse);
    assert.ok(Math.abs(kept / (await length(40, coarse)) - 1) < 0.05);
  });

  test("is progressive unless told otherwise", async () => {
    const original = await flag();
    const isProgressive = async (progressive?: boolean) => {
      const bytes = await makeVariant(original, {
        width: 40,
        format: "jpeg",
        ...(progressive === undefined ? {} : { progressive }),
      });
      return (await sharp(bytes).metadata()).isProgressive;
    };
    assert.equal(await isProgressive(), true);
    assert.equal(await isProgressive(false), false);
  });
});
