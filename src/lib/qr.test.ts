import assert from "node:assert/strict";
import { test } from "node:test";
import sharp from "sharp";
import { encode } from "uqr";
import { qrCode } from "./qr.tsx";

const uri = "otpauth://totp/Lectern:maya%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Lectern";

test("a QR code is drawn module for module, dark on white with a quiet zone", async () => {
  const { data, size } = encode(uri, { ecc: "M", border: 4 });
  const markup = String(await qrCode(uri, { label: "QR code" }));
  const drawn = await sharp(Buffer.from(markup.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"')))
    .resize(size, size, { kernel: "nearest" })
    .greyscale()
    .raw()
    .toBuffer();
  for (const [y, row] of data.entries()) {
    for (const [x, isDark] of row.entries()) {
      assert.equal((drawn[y * size + x] ?? 0) < 128, isDark, `module ${x}, ${y}`);
      if (Math.min(x, y, size - 1 - x, size - 1 - y) < 4) assert.equal(isDark, false, "the zone around it is quiet");
    }
  }
});

test("a QR code needs no inline style and has a name", async () => {
  const markup = String(await qrCode(uri, { label: 'A "code"' }));
  assert.doesNotMatch(markup, /style|secret/);
  assert.match(markup, /role="img" aria-label="A &quot;code&quot;"/);
});
