import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import sharp from "sharp";
import { closeImages, ImageRefused, inspectImage, makeVariant } from "../images.ts";
import { blackPng, emptyGif, film, photo, pngChunk, samples, svg } from "./samples.ts";

let seeds: Record<string, Buffer>;
before(async () => {
  seeds = await samples();
  // The first picture pays for the start of a worker.
  await inspectImage(await photo(8, 8));
});
after(closeImages);

const refuses = (bytes: Uint8Array, sentence: RegExp) =>
  assert.rejects(inspectImage(bytes), (error) => {
    assert.ok(error instanceof ImageRefused, String(error));
    assert.match(error.message, sentence);
    return true;
  });

async function refusesCheaply(bytes: Uint8Array, sentence: RegExp): Promise<void> {
  const memory = process.memoryUsage.rss();
  await refuses(bytes, sentence);
  const grew = process.memoryUsage.rss() - memory;
  assert.ok(grew < 100e6, `the process grew by ${Math.round(grew / 1e6)} MB`);
}

describe("bombs are refused before they unpack", () => {
  test("a PNG of 900 megapixels", async () => {
    await refusesCheaply(blackPng(30_000, 30_000), /900 megapixels; at most 16.8 are allowed/);
  });
  test("a PNG just over the limit, and not the one just under it", async () => {
    await refusesCheaply(blackPng(4200, 4001), /16.9 megapixels/);
    assert.equal((await inspectImage(blackPng(4200, 4000))).width, 4200);
  });
  test("a GIF whose frames add up", async () => {
    await refusesCheaply(emptyGif(1000, 1000, 17), /17 megapixels/);
    await refusesCheaply(emptyGif(1, 1, 501), /501 frames/);
    await refusesCheaply(emptyGif(65_535, 65_535, 1), /megapixels/);
  });
  test("a GIF with a frame larger than its canvas", async () => {
    const gif = emptyGif(5000, 5000, 1);
    gif.writeUInt32LE(0x00010001, 6);
    await refusesCheaply(gif, /25 megapixels/);
  });
  test("an APNG whose frames add up", async () => {
    await refusesCheaply(blackPng(1000, 1000, 17), /17 megapixels/);
  });
  test("a PNG whose text unpacks to 200 MB", async () => {
    const png = blackPng(8, 8);
    const text = Buffer.concat([Buffer.from("Comment\0\0"), blackPng(40_000, 40_000).subarray(41, -16)]);
    const bomb = Buffer.concat([png.subarray(0, 33), pngChunk("zTXt", text), png.subarray(33)]);
    const memory = process.memoryUsage.rss();
    await inspectImage(bomb).catch((error: unknown) => assert.ok(error instanceof ImageRefused));
    assert.ok(process.memoryUsage.rss() - memory < 100e6);
  });
  test("a WebP and an AVIF that announce a giant", async () => {
    const webp = Buffer.from(await film(64, 48, 2, "webp"));
    webp.writeUIntLE(16_383, 24, 3);
    webp.writeUIntLE(16_383, 27, 3);
    await refusesCheaply(webp, /megapixels/);
    const avif = Buffer.from(seeds["avif"] ?? "");
    const size = avif.indexOf("ispe") + 8;
    avif.writeUInt32BE(30_000, size);
    avif.writeUInt32BE(30_000, size + 4);
    await refusesCheaply(avif, /900 megapixels/);
  });
  test("a JPEG with two sizes", async () => {
    const jpeg = Buffer.from(seeds["jpeg"] ?? "");
    const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const frame = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
    const huge = Buffer.from(frame);
    huge.writeUInt32BE(0xffffffff, 5);
    await refusesCheaply(Buffer.concat([jpeg.subarray(0, at), frame, huge, jpeg.subarray(at)]), /damaged/);
    await refusesCheaply(Buffer.concat([jpeg.subarray(0, at), huge, jpeg.subarray(at + frame.length)]), /megapixels/);
  });
  test("a file larger than 25 MB", async () => {
    await refusesCheaply(Buffer.alloc(25_000_001), /larger than 25 MB/);
  });
});

describe("SVG bombs are refused", () => {
  const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("");
  const uses = Array.from({ length: 9 }, (_, n) => `<g id="g${n + 1}">${`<use href="#g${n}"/>`.repeat(10)}</g>`).join(
    "",
  );
  const patterns = Array.from(
    { length: 9 },
    (_, n) => `<pattern id="g${n + 1}">${`<rect style="fill:url(#g${n})"/>`.repeat(10)}</pattern>`,
  ).join("");
  const bombs: [name: string, bytes: Buffer, sentence: RegExp][] = [
    ["a billion laughs", Buffer.from(`<!DOCTYPE svg [<!ENTITY l0 "ha">${laughs}]><svg>&l9;</svg>`), /entities/],
    ["an undeclared entity", svg("<text>&lol;</text>"), /entity/],
    ["an outside entity", Buffer.from('<!DOCTYPE svg SYSTEM "file:///etc/passwd" []><svg/>'), /well-formed/],
    ["uses of uses", svg(`<g id="g0"><path d=""/></g>${uses}<use href="#g9"/>`), /draws far more/],
    ["patterns of patterns", svg(`<pattern id="g0"/>${patterns}<rect fill="url('#g9')"/>`), /draws far more/],
    [
      "a style that applies patterns",
      svg(`<style>rect{fill:url(#g9)}</style><g id="g0"/>${patterns}<rect/>`),
      /draws far/,
    ],
    ["depth", svg("<g>".repeat(5000) + "</g>".repeat(5000)), /too many elements/],
    [
      "a long chain of uses",
      svg(Array.from({ length: 9000 }, (_, n) => `<use id="u${n}" href="#u${n + 1}"/>`).join("")),
      /more/,
    ],
    ["breadth", svg("<g/>".repeat(60_000)), /too many elements/],
    ["more than 2 MB", svg(`<!--${" ".repeat(2_000_000)}-->`), /larger than 2 MB/],
    ["an endless comment", Buffer.from(`<svg><!--${"-".repeat(1_000_000)}`), /well-formed/],
    ["an endless tag", Buffer.from(`<svg ${'a="b" '.repeat(200_000)}`), /well-formed/],
    [
      "a picture in it",
      svg(`<image href="data:image/png;base64,${blackPng(9000, 9000).toString("base64")}"/>`),
      /megapixels/,
    ],
  ];
  for (const [name, bytes, sentence] of bombs) {
    test(name, () => refusesCheaply(bytes, sentence));
  }

  test("filters that take minutes, and the next picture is made as if nothing had happened", async () => {
    const primitive = '<feTurbulence numOctaves="9" baseFrequency="9"/><feMorphology radius="90"/>';
    const drawing = `<filter id="f">${primitive.repeat(90)}</filter><rect width="4000" height="4000" filter="url(#f)"/>`;
    const bomb = svg(drawing, 'width="4000" height="4000"');
    await assert.rejects(makeVariant(bomb, { width: 4000, format: "webp" }), /takes too long/);
    assert.ok(await makeVariant(svg("<rect/>"), { width: 40, format: "webp" }));
  });
});

test("what is not a picture is refused, whatever it calls itself", async () => {
  const others = [
    "",
    " ",
    "x",
    "<",
    "<html><script>alert(1)</script></html>",
    "<!doctype html><svg></svg>",
    "<?php system($_GET[0]); ?>",
    "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script/></html>",
    "%PDF-1.7",
    "PK\x03\x04",
    "\x7fELF",
    "MZ\x90\0",
    "BM\x36\0\0\0",
    "II*\0\x08\0\0\0",
    "\0\0\x01\0\x01\0",
    "8BPS\0\x01",
    "%!PS-Adobe-3.0 EPSF-3.0",
    "push graphic-context\nviewbox 0 0 640 480\nfill 'url(https://x/\"|ls)'",
    "#!/bin/sh\n",
    "\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41",
    "\x89PNG\r\n\x1a\n<script>alert(1)</script>",
    "GIF89a/*<svg/onload=alert(1)>*/=1;",
    "\xff\xd8\xff<html>",
    "RIFF\x20\0\0\0WAVEfmt ",
    "<\0s\0v\0g\0/\0>\0",
  ];
  for (const text of others) await refuses(Buffer.from(text, "latin1"), /./);
});

describe("a picture that is another file as well", () => {
  const passengers: Record<string, string> = {
    zip: "PK\x03\x04\x14\0\0\0",
    jar: "junk PK\x05\x06 junk",
    pdf: "\n%PDF-1.7\n",
    php: "<?php system($_GET['c']); ?>",
    html: "\n<HTML><body>",
    script: "<Script>alert(1)</script>",
    svg: "<svg onload=alert(1)>",
    windows: "MZ\x90\0",
    linux: "\x7fELF",
    shell: "\n#!/bin/sh\n",
    rar: "Rar!\x1a\x07",
    sevenzip: "7z\xbc\xaf\x27\x1c",
  };
  for (const [name, payload] of Object.entries(passengers)) {
    test(`is refused with ${name} behind it`, async () => {
      for (const [format, seed] of Object.entries(seeds)) {
        const bytes = Buffer.concat([seed, Buffer.from(payload, "latin1")]);
        // Behind an SVG it is an error in the XML, or an instruction that is not kept.
        if (format === "svg")
          await inspectImage(bytes).then(
            (facts) => assert.ok(!facts.bytes.includes("?")),
            () => {},
          );
        else await refuses(bytes, /another file behind/);
      }
    });
  }

  test("loses what its metadata carried when a variant is made", async () => {
    const evil = "<?php evil(); ?><script>alert('evil')</script>";
    const comment = Buffer.from(`\xff\xfe\0${String.fromCharCode(evil.length + 2)}${evil}`, "latin1");
    const jpeg = seeds["jpeg"] ?? Buffer.alloc(0);
    const png = seeds["png"] ?? Buffer.alloc(0);
    const carriers = [
      Buffer.concat([jpeg.subarray(0, 2), comment, jpeg.subarray(2)]),
      Buffer.concat([png.subarray(0, 33), pngChunk("tEXt", Buffer.from(`Comment\0${evil}`)), png.subarray(33)]),
      await sharp(jpeg)
        .withExif({ IFD0: { Copyright: evil, ImageDescription: evil } })
        .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${evil}</x:xmpmeta>`)
        .jpeg()
        .toBuffer(),
    ];
    for (const carrier of carriers) {
      assert.ok(carrier.includes("evil"));
      for (const format of ["jpeg", "png", "webp", "avif", "gif"] as const) {
        assert.ok(!(await makeVariant(carrier, { width: 32, format })).includes("evil"), format);
      }
    }
  });
});

test("a picture cut off anywhere is refused", async () => {
  for (const [format, seed] of Object.entries(seeds)) {
    const cuts = Array.from({ length: 40 }, (_, index) => Math.floor(((index + 0.5) / 40) * seed.length));
    for (const cut of [...cuts, seed.length - 1]) {
      await assert.rejects(
        inspectImage(seed.subarray(0, cut)),
        ImageRefused,
        `${format} cut at ${cut} of ${seed.length}`,
      );
    }
  }
});

test("2,000 damaged pictures are shown or refused, and the rest of the process is none the wiser", async () => {
  const memory = process.memoryUsage.rss();
  const random = generator(20_261);
  const formats = Object.entries(seeds);
  const mutants = Array.from({ length: 2000 }, (_, index) => {
    const [format = "", seed = Buffer.alloc(0)] = formats[index % formats.length] ?? [];
    return { format, bytes: damage(seed, random) };
  });
  let shown = 0;
  const work = async () => {
    for (let mutant = mutants.pop(); mutant; mutant = mutants.pop()) {
      await inspectImage(mutant.bytes).then(
        () => (shown += 1),
        (error: unknown) => assert.ok(error instanceof ImageRefused, `${mutant?.format}: ${String(error)}`),
      );
    }
  };
  await Promise.all([work(), work()]);
  assert.ok(shown > 100 && shown < 1900, `${shown} were shown`);
  assert.ok(process.memoryUsage.rss() - memory < 100e6);
});

function damage(seed: Buffer, random: () => number): Buffer {
  const bytes = Buffer.from(seed);
  const times = 1 + Math.floor(random() * 8);
  for (let time = 0; time < times; time += 1) {
    // Half of the damage goes to the head, where sizes and lengths are.
    const reach = random() < 0.5 ? Math.min(64, bytes.length) : bytes.length;
    bytes[Math.floor(random() * reach)] = Math.floor(random() * 256);
  }
  return bytes;
}

/** The same numbers in every run (mulberry32), so that a failure can be looked at. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
